"""An independent reader of journals, written from the pages of Sources/Journal/Journal.docc alone.

It shares no line with the engine, so that the two prove each other and the pages. Each module says
which page it follows. `tools/read_journal.py` is the door: a module and a command.
"""
