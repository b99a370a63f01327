/// The HTML report's script: theme, read-out, sorting, copying. Without it everything can be read.

enum HTMLScript {
  /// Runs before the page is drawn, so that it does not flash in the other theme. The theme is
  /// `?theme=` of the address, else what the reader chose last, else the system's; paper is light.
  static let theme = """
    (function(){
    var root=document.documentElement,asked=(location.search.match(/theme=(dark|light)/)||[])[1],kept;
    try{kept=localStorage.getItem("cryptobot-theme")}catch(e){}
    var dark=matchMedia("(prefers-color-scheme: dark)"),chosen=asked||kept;
    function set(name){root.dataset.theme=name;root.style.colorScheme=name}
    function follow(){set(chosen||(dark.matches?"dark":"light"))}
    follow();dark.addEventListener("change",follow);
    addEventListener("beforeprint",function(){set("light")});addEventListener("afterprint",follow);
    window.switchTheme=function(){chosen=root.dataset.theme==="dark"?"light":"dark";follow();
    try{localStorage.setItem("cryptobot-theme",chosen)}catch(e){}};
    })();
    """

  static let page = copying + sorting + readOut

  private static let copying = """
    document.getElementById("theme").addEventListener("click",function(){switchTheme()});
    document.querySelectorAll("[data-copy]").forEach(function(button){
    button.addEventListener("click",function(){
    var text=button.dataset.copy,old=button.innerHTML;
    function done(){button.textContent="copied";setTimeout(function(){button.innerHTML=old},900)}
    function byHand(){var area=document.createElement("textarea");area.value=text;document.body.append(area);
    area.select();document.execCommand("copy");area.remove();done()}
    if(navigator.clipboard)navigator.clipboard.writeText(text).then(done,byHand);else byHand();
    })});

    """

  private static let sorting = """
    document.querySelectorAll(".sortable").forEach(function(table){
    var heads=[].slice.call(table.tHead.rows[0].cells),body=table.tBodies[0];
    function key(row,i){var cell=row.cells[i];
    if(cell.classList.contains("text"))return cell.textContent;
    return parseFloat(cell.dataset.v||cell.textContent.replace(/,/g,"").replace("\u{2212}","-"))||0}
    heads.forEach(function(head,i){head.addEventListener("click",function(){
    var up=head.getAttribute("aria-sort")!=="ascending",rows=[].slice.call(body.rows);
    rows=rows.map(function(row){return[key(row,i),row]});
    rows.sort(function(a,b){return(a[0]<b[0]?-1:a[0]>b[0]?1:0)*(up?1:-1)});
    rows.forEach(function(pair){body.append(pair[1])});
    heads.forEach(function(h){h.removeAttribute("aria-sort")});
    head.setAttribute("aria-sort",up?"ascending":"descending");
    })})});

    """

  private static let readOut = """
    (function(){
    var source=document.getElementById("data");if(!source)return;
    var data=JSON.parse(source.textContent),plots=[].slice.call(document.querySelectorAll(".charts .plot"));
    var tip=document.createElement("div");tip.id="tip";document.body.append(tip);
    function number(v,suffix){return v===null?"n/a":v.toLocaleString("en-US",{maximumSignificantDigits:8})+(suffix||"")}
    function row(name,value){return"<tr><td>"+name+"</td><td>"+value+"</td></tr>"}
    function nearest(share){var low=0,high=data.x.length-1;
    while(low<high){var mid=(low+high)>>1;if(data.x[mid]<share)low=mid+1;else high=mid}
    return low>0&&share-data.x[low-1]<data.x[low]-share?low-1:low}
    function show(event){
    var box=event.currentTarget.getBoundingClientRect();
    var i=nearest(Math.min(1,Math.max(0,(event.clientX-box.left)/box.width)));
    var time=new Date(data.start+data.t[i]).toISOString().replace("T"," ").replace(/\\.000Z|Z/,"");
    plots.forEach(function(plot){var line=plot.querySelector(".cursor");
    line.style.display="block";line.style.left=data.x[i]*100+"%"});
    tip.innerHTML="<table>"+row("time",time)+row("equity",number(data.equity[i]))
    +row("buy &amp; hold",number(data.held[i]))+row("drawdown",number(data.drawdown[i]===null?null:+data.drawdown[i].toFixed(3)," %"))
    +row("price",number(data.price[i]))+row("position",number(data.position[i]))+"</table>";
    tip.style.display="block";
    var left=event.clientX+16;if(left+tip.offsetWidth>innerWidth-8)left=event.clientX-tip.offsetWidth-16;
    tip.style.left=Math.max(8,left)+"px";
    tip.style.top=Math.min(event.clientY+14,innerHeight-tip.offsetHeight-8)+"px"}
    function hide(){tip.style.display="none";
    plots.forEach(function(plot){plot.querySelector(".cursor").style.display="none"})}
    plots.forEach(function(plot){plot.addEventListener("pointermove",show);
    plot.addEventListener("pointerdown",show);plot.addEventListener("pointerleave",hide)});
    })();
    """
}
