/// The frame of every page we write: one file that needs no network, no other file and no library.

enum HTMLDocument {
  /// The whole document of some sections; those that are empty are left out.
  static func text(title: String, _ sections: [String]) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \
    'unsafe-inline'; script-src 'unsafe-inline'">
    <meta name="color-scheme" content="light dark">
    <title>\(HTMLText.escape(title)) · cryptobot</title>
    <style>
    \(HTMLStyle.text)
    </style>
    <script>
    \(HTMLScript.theme)
    </script>
    </head>
    <body>
    <main>
    \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
    </main>
    <script>
    \(HTMLScript.page)
    </script>
    </body>
    </html>

    """
  }
}
