"""Documents with wounds: what transmission, careless programs and attackers do to bytes that were sound."""

from hypothesis import strategies as st

TOKENS = [
    *(token.encode() for token in "< > & ' \" / = ; ! ? - [ ] { } ( ) : , # % \\ 0 9 a . \t \n \r".split(" ")),
    *b"\x00 \x0b \x1b[31m \x80 \xff \xc3 \xe2\x80\xa8 \xef\xbb\xbf \xff\xfe \xed\xa0\x80 \xf0\x9f\x92\xa5".split(),
    *"<item> </item> <entry> </entry> <title> </title> <link> <link/> <guid> <rss> </rss> <feed> <channel> <html> <b> "
    "<p> <p </p> <br> <br/> <div> </div> <a href= <script> </script> <style> <table> <td> <svg> <math> <template> "
    "<select> <xmp> <plaintext> <form> <base href=// <meta <!-- --> <![CDATA[ ]]> <!DOCTYPE <!ENTITY <?xml ?> <? &amp; "
    "&lt; &nbsp; &#0; &#x1F; &#xD800; &#1114112; &#xFFFE; &bogus; &AMP &amp;lt; xmlns= xmlns:a='b' xml:base='//[' "
    "xml:lang='de' a:b= http:// https://[ //[::1 http://a@b javascript: data: 9999999999999999999999 1e999 NaN "
    "\\ud800 \\u0000 true null hidden style='display:none' 350,000 35万 ½ ١٢٣ \u202e \u2028 \u00ad".encode().split(),
]


@st.composite
def wounded(draw: st.DrawFn, body: bytes) -> bytes:
    """`body` with up to six wounds: pieces lost, said twice, moved, overwritten, or put in between."""
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 60))
        piece = body[at : at + length]
        match draw(st.integers(0, 6)):
            case 0:
                body = body[:at] + body[at + length :]
            case 1:
                body = body[:at] + piece + body[at:]
            case 2:
                body = body[:at] + draw(st.sampled_from(TOKENS)) + body[at:]
            case 3:
                body = body[:at] + draw(st.sampled_from(TOKENS)) + body[at + length :]
            case 4:
                body = body[:at] + draw(st.binary(max_size=6)) + body[at + length :]
            case 5:
                there = draw(st.integers(0, len(body)))
                body = body[:there] + piece + body[there:]
            case _:
                body = body[:at] if draw(st.booleans()) else body[at:]
    return body
