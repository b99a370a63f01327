/// The HTML report's style sheet: light and dark by the reader's setting or by the switch, one column
/// on a phone, black on white on paper.

enum HTMLStyle {
  static let text =
    colours + ":root[data-theme=dark]{\(dark)}\n"
    + "@media (prefers-color-scheme:dark){:root:not([data-theme]){\(dark)}}\n"
    + layout + charts + tables + searches + stories + media

  private static let colours = """
    :root{--bg:#f5f6f8;--panel:#fff;--ink:#14181f;--soft:#5c6675;--line:#e3e6eb;--grid:#eceef2;
    --a:#2458e6;--fill:rgba(36,88,230,.09);--b:#8a93a3;--good:#0b8457;--bad:#cf2f3d;--price:#3d4756;
    --warn:#8a5a00;--warnbg:#fff4d9;--warnline:#f0d28a;--shade:0 1px 2px rgba(20,24,31,.05)}

    """

  private static let dark = """
    --bg:#0d1016;--panel:#151a22;--ink:#e8ebf0;--soft:#929cac;--line:#252c38;
    --grid:#1e2530;--a:#6f9bff;--fill:rgba(111,155,255,.12);--b:#78828f;--good:#3ecf8e;--bad:#ff6b76;
    --price:#b5bfce;--warn:#f3c969;--warnbg:#2a2211;--warnline:#5a4715;--shade:none
    """

  private static let layout = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",
    Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:1240px;margin:0 auto;padding:20px 24px 40px}
    h1{font-size:28px;line-height:1.2;margin:10px 0 4px;letter-spacing:-.02em;overflow-wrap:anywhere}
    h2{font-size:14px;margin:0;font-weight:650}
    small,.sub,.versus,.label,dt,footer,.key{color:var(--soft)}
    h2 small{font-weight:400;font-size:12px;margin-left:4px}
    .bar,figcaption{display:flex;align-items:center;gap:14px;flex-wrap:wrap}
    .mark{font-weight:700;letter-spacing:.02em;color:var(--a)}
    .grow{flex:1}
    .sub{margin:0 0 12px;overflow-wrap:anywhere}.sub b{color:var(--ink);font-weight:600}
    button{font:inherit;color:var(--soft);background:none;border:1px solid var(--line);border-radius:7px;
    padding:2px 10px;cursor:pointer}
    button:hover{color:var(--ink);border-color:var(--soft)}
    .chips{margin:0 0 18px;display:flex;flex-wrap:wrap;gap:6px}
    .chip{display:inline-block;border:1px solid var(--line);background:var(--panel);border-radius:7px;
    padding:1px 9px;font-size:12.5px;color:var(--soft);overflow-wrap:anywhere}
    .chip b{color:var(--ink);font-weight:600}
    .chip.warn{background:var(--warnbg);border-color:var(--warnline);color:var(--warn)}
    .chip.warn b{color:var(--warn)}
    .hash b,code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12px}
    .panel,.warnings{background:var(--panel);border:1px solid var(--line);border-radius:12px;
    padding:14px 18px 16px;margin:0 0 14px;box-shadow:var(--shade);min-width:0}
    .warnings{background:var(--warnbg);border-color:var(--warnline);color:var(--warn)}
    .warnings ul{margin:6px 0 0;padding-left:18px}
    .cards{display:grid;grid-template-columns:repeat(4,1fr);gap:10px;margin:0 0 14px}
    .card{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:12px 16px;
    box-shadow:var(--shade);min-width:0}
    .label{font-size:12px}
    .value{font-size:27px;line-height:1.25;font-weight:640;letter-spacing:-.01em;overflow-wrap:anywhere}
    .value small{font-size:13px;font-weight:500;letter-spacing:0}
    .versus{font-size:12px;margin-top:1px;overflow-wrap:anywhere}
    .halves{display:grid;grid-template-columns:1fr 1fr;gap:0 36px;margin-top:6px}
    .none{color:var(--soft);font-weight:500}.none small{font-size:11.5px;font-weight:400}
    .versus .none small,.figures td+td .none small{display:none}
    .good{color:var(--good)}.bad{color:var(--bad)}
    .pair{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:14px}
    .pair>:only-child{grid-column:1/-1}
    dl{display:grid;grid-template-columns:150px minmax(0,1fr);gap:5px 16px;margin:10px 0 0}
    dd{margin:0;overflow-wrap:anywhere}
    .copy{padding:0 7px;font-size:11px}
    details{margin-top:12px}summary{cursor:pointer;color:var(--soft)}
    pre{overflow:auto;background:var(--bg);border-radius:8px;padding:12px;margin:8px 0 0}
    footer{font-size:12px;text-align:center;padding-top:10px}

    """

  private static let charts = """
    figure{margin:0}
    figcaption{margin-bottom:12px;min-height:22px}
    .key{font-size:12px;display:inline-flex;align-items:center;gap:6px}
    .key i{width:16px;border-top:2px solid var(--a)}
    .key i.b{border-top-color:var(--b)}
    .key i.mark{border:5px solid transparent;width:0;height:0}
    .key i.buy{border-bottom:8px solid var(--good);border-top:0}
    .key i.sell{border-top:8px solid var(--bad);border-bottom:0}
    .plot{position:relative;margin:0 8px 22px 58px}
    .plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
    .plot .over{pointer-events:none}
    .y span,.x span{position:absolute;font-size:11px;color:var(--soft);white-space:nowrap}
    .y span{right:100%;margin-right:10px;transform:translateY(-50%)}
    .x span{top:100%;margin-top:6px;transform:translateX(-50%)}
    path{vector-effect:non-scaling-stroke;fill:none}
    .grid{stroke:var(--grid);stroke-width:1}
    .line{stroke-width:1.6;stroke-linejoin:round}
    .line.a{stroke:var(--a)}.line.b{stroke:var(--b);stroke-width:1.3}
    .line.down{stroke:var(--bad);stroke-width:1.2}.line.price{stroke:var(--price);stroke-width:1.2}
    .line.thin{stroke-width:1}
    .fill-a{fill:var(--fill)}.fill-down{fill:var(--bad);fill-opacity:.14}
    use.buy,#buy{fill:var(--good)}use.sell,#sell{fill:var(--bad)}

    .over use{opacity:.9;stroke:var(--panel);stroke-width:.7}
    .gap{stroke:var(--warn);stroke-dasharray:2 3}rect.gap{fill:var(--warn);fill-opacity:.14;stroke:none}
    rect.pos{fill:var(--good);fill-opacity:.75}rect.neg{fill:var(--bad);fill-opacity:.75}
    .bar-a{fill:var(--a);fill-opacity:.8}.bar-b{fill:var(--b);fill-opacity:.6}
    .cursor{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);opacity:.6;display:none;
    pointer-events:none}
    #tip{position:fixed;z-index:9;pointer-events:none;display:none;background:var(--panel);color:var(--ink);
    border:1px solid var(--line);border-radius:9px;padding:8px 12px;font-size:12px;
    box-shadow:0 6px 24px rgba(0,0,0,.18)}
    #tip table{border-spacing:0}#tip td{padding:0;border:0;text-align:left;color:var(--soft)}#tip td+td{text-align:right;color:var(--ink);padding-left:14px;font-weight:600}

    """

  private static let tables = """
    .scroll{overflow:auto;margin:8px -4px 0}.tall{max-height:460px}
    table{width:100%;border-collapse:collapse;font-size:12.5px}
    th,td{padding:5px 8px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid)}
    th{font-weight:500;color:var(--soft)}
    .text{text-align:left}
    tbody tr:last-child td{border-bottom:0}
    .sortable thead th{position:sticky;top:0;background:var(--panel);padding:0;
    box-shadow:0 1px 0 var(--line)}
    .sortable th button{border:0;border-radius:0;padding:6px 8px;width:100%;text-align:inherit;font-size:12px}
    th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
    .figures{align-self:start}.figures th{text-align:left}.figures thead th{text-align:right}
    .figures td{font-weight:600;white-space:normal}.figures td+td{font-weight:400;color:var(--soft)}
    .figures td small{font-weight:400}
    .heat{border-collapse:separate;border-spacing:2px}
    .heat td,.heat th{padding:6px 4px;text-align:center;border:0;border-radius:5px;min-width:38px}
    .heat .pos{background:color-mix(in srgb,var(--good) var(--i),transparent)}
    .heat .neg{background:color-mix(in srgb,var(--bad) var(--i),transparent)}
    .heat .total{font-weight:650}.heat .held{color:var(--soft)}

    """

  private static let searches = """
    .dots{stroke:var(--price);stroke-width:4;stroke-linecap:round;stroke-opacity:.55}
    .missing{stroke:var(--bad);stroke-width:1.5}
    .key i.missing{border-top-color:var(--bad)}
    .line.s0{stroke:var(--a);stroke-width:2}.line.s1{stroke:var(--good)}.line.s2{stroke:var(--warn)}
    .line.s3{stroke:var(--bad)}.line.s4{stroke:var(--b)}
    .key i.s1{border-top-color:var(--good)}.key i.s2{border-top-color:var(--warn)}
    .key i.s3{border-top-color:var(--bad)}.key i.s4{border-top-color:var(--b)}
    .maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:0 14px}
    .map td,.map th{min-width:14px;height:24px;padding:2px;font-size:11.5px}
    .map .part{text-align:left}
    .under{font-size:12px;color:var(--soft);margin:10px 0 0}
    .shade{background:color-mix(in srgb,var(--a) var(--i),transparent)}
    .untried{background:repeating-linear-gradient(45deg,var(--line) 0 1px,transparent 1px 5px)}
    .scale{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin:10px 0 0;font-size:12px;color:var(--soft)}
    .scale i{display:inline-block;height:10px;width:16px;border-radius:3px}
    .scale .shades{width:120px;background:linear-gradient(90deg,
    color-mix(in srgb,var(--a) 6%,transparent),color-mix(in srgb,var(--a) 70%,transparent))}
    .parallel .plot{margin:30px 60px 26px}
    .line.shaded{stroke:color-mix(in srgb,var(--a) var(--i),var(--panel));stroke-width:1.2}
    .ruler{stroke:var(--soft);stroke-width:1}
    .end{position:absolute;bottom:100%;transform:translateX(-50%);text-align:center;font-size:11px;
    line-height:1.25;color:var(--soft);white-space:nowrap;padding-bottom:3px}
    .end b{display:block;color:var(--ink);font-weight:600}.end.low{bottom:auto;top:100%;padding:3px 0 0}
    .pair.even{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
    .dots.big{stroke-width:7;stroke:var(--a);stroke-opacity:1}
    .border{stroke:var(--soft);stroke-dasharray:2 3;stroke-opacity:.5}.key i.border{border-top:2px dashed var(--soft)}
    .span-seen{fill:var(--b);fill-opacity:.35}.span-seen-over{fill:var(--ink);fill-opacity:.35}
    .span-inside{fill:var(--b)}.span-out{fill:var(--a)}.span-not{fill:var(--bad);fill-opacity:.6}
    .span-purge{fill:var(--grid)}
    .key i.span{border:0;height:9px;border-radius:2px}.key i.seen{background:var(--b);opacity:.4}
    .key i.inside{background:var(--b)}.key i.out{background:var(--a)}.key i.not{background:var(--bad);opacity:.6}
    .wide{width:45%}.wrap{white-space:normal;overflow-wrap:anywhere}

    """

  private static let stories = """
    .answer{font-size:20px;line-height:1.35;margin:10px 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
    .step h2 small{display:inline;text-transform:none}
    .step p{margin:6px 0 0;overflow-wrap:anywhere}
    .step .head{font-size:15px}
    .step table{width:auto;min-width:50%}.step th,.step td{text-align:left}
    .use{position:relative;height:10px;border-radius:5px;background:var(--grid);min-width:180px;overflow:hidden}
    .use i{position:absolute;inset:0 auto 0 0;background:var(--a);border-radius:5px}
    .use i.high{background:var(--warn)}.use i.beyond{background:var(--bad)}
    .line.limit{stroke:var(--warn);stroke-dasharray:5 4}
    .when{stroke:var(--a);stroke-width:1.2;stroke-dasharray:3 3}
    .key i.limit{border-top:2px dashed var(--warn)}.key i.when{border-top:2px dashed var(--a)}
    .key i.price{border-top-color:var(--price)}.dot{fill:var(--price);fill-opacity:.75}
    .key i.dot{width:6px;height:6px;border:0;border-radius:3px;background:var(--price)}

    """

  private static let media = """
    @media (max-width:900px){.cards{grid-template-columns:repeat(2,1fr)}.pair,.pair.even,.halves{grid-template-columns:minmax(0,1fr)}}
    @media (max-width:520px){main{padding:14px 12px 30px}dl{grid-template-columns:minmax(0,1fr);gap:1px}
    dd{margin-bottom:8px}.value{font-size:21px}.x span:nth-child(even){display:none}
    .plot{margin-left:48px}}
    @media print{body{font-size:11px}main{max-width:none;padding:0}#theme,.copy{display:none}
    .panel,.card,.warnings{box-shadow:none;break-inside:avoid}.scroll{overflow:visible;max-height:none}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
    """
}
