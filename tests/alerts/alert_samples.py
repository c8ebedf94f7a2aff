"""Digests to look at and to test with: own sentences about public facts, eight languages, quiet and extreme ones."""

from dataclasses import replace

from alerts.message import Item, Message, Note, Point


def item(quote: str, number: str, **fields: object) -> Item:
    """An item with sensible fields; `number` is found in `quote`."""
    start = quote.index(number)
    base = Item(
        change_id="c0ffee01",
        metric="meta.capex",
        title="Capital expenditure",
        period="2025",
        old="$60–65bn",
        new="$64–72bn",
        difference="+$4bn to +$7bn",
        percent="+9 %",
        kind="changed",
        direction="raised",
        status="guidance",
        speaker="Susan Li",
        quote=quote,
        number=(start, start + len(number)),
        quote_language="en",
        source="Meta Investor Relations",
        url="https://investor.example/news/first-quarter-2025-results",
        published="2025-04-30",
        other_outlets=11,
        languages=("en", "ja", "ar", "de", "pt"),
        points=(),
        reason="Both ends of the range moved up against the reading of 29 January 2025.",
        explain="figurewatch explain c0ffee01",
    )
    return replace(base, **fields)


CAPEX_POINTS = (
    Point("2024-10-30", 50e9, None, "over $50bn", "estimate"),
    Point("2025-01-24", 60e9, 65e9, "$60–65bn", "guidance"),
    Point("2025-04-30", 64e9, 72e9, "$64–72bn", "guidance"),
)
CAPEX = item(
    "For the whole of 2025 we now plan capital spending of $64-72 billion, as data centres are built faster.",
    "$64-72 billion",
    points=CAPEX_POINTS,
    short="Meta capex",
)
ARABIC = item(
    "وقالت الشركة إن مجمع هايبريون سيصل إلى قدرة 5 غيغاواط عند اكتماله في لويزيانا.",
    "5 غيغاواط",
    change_id="c0ffee02",
    metric="meta.datacenter.hyperion.power",
    title="Power of the Hyperion data centre",
    period="",
    old="2 GW",
    new="5 GW",
    difference="+3 GW",
    percent="+150 %",
    status="target",
    speaker="مارك زوكربيرغ",
    quote_language="ar",
    source="صحيفة المثال",
    url="https://akhbar.example/tech/hyperion-5gw",
    published="2025-07-14",
    other_outlets=1,
    languages=("ar", "en"),
    points=(
        Point("2024-12-04", 2e9, None, "over 2 GW", "target"),
        Point("2025-07-14", 5e9, 5e9, "5 GW", "target"),
    ),
    reason="The planned size more than doubled.",
)
JAPANESE = item(
    "メタは年末までに画像処理半導体（GPU）を130万個以上保有する見通しだと、同社の最高経営責任者が自身の投稿で明らかにした。",
    "130万個以上",
    change_id="c0ffee03",
    metric="meta.gpus.total",
    title="All GPUs",
    period="by the end of 2025",
    old=None,
    new="over 1.3 million",
    difference=None,
    percent=None,
    kind="new",
    direction=None,
    status="target",
    speaker="マーク・ザッカーバーグ",
    quote_language="ja",
    source="見本経済新聞",
    url="https://keizai.example/articles/20250124",
    published="2025-01-24",
    other_outlets=0,
    languages=("ja",),
    reason="No figure was known for this period.",
)
PORTUGUESE = item(
    "A divisão Reality Labs teve prejuízo operacional de US$ 4,2 bilhões entre janeiro e março.",
    "US$ 4,2 bilhões",
    change_id="c0ffee04",
    metric="meta.reality_labs.operating_loss",
    title="Operating loss of Reality Labs",
    period="first quarter of 2025",
    old="$4.5bn",
    new="$4.2bn",
    difference="−$0.3bn",
    percent="−6.7 %",
    direction="lowered",
    status="actual",
    speaker=None,
    quote_language="pt",
    source="Folha de Exemplo",
    url="https://folha.example/mercado/reality-labs",
    languages=("pt", "es", "en"),
    other_outlets=4,
    points=(
        Point("2024-04-24", 3.8e9, 3.8e9, "$3.8bn", "actual"),
        Point("2024-07-31", 4.5e9, 4.5e9, "$4.5bn", "actual"),
        Point("2024-10-30", 4.4e9, 4.4e9, "$4.4bn", "actual"),
        Point("2025-01-29", 5.0e9, 5.0e9, "$5.0bn", "actual"),
        Point("2025-04-30", 4.2e9, 4.2e9, "$4.2bn", "actual"),
    ),
    reason="The reported value replaces an estimate.",
)
GERMAN = item(
    "Der Konzern grenzt seine Prognose ein: statt 114 bis 119 sind es nun 114 bis 118 Milliarden Dollar.",
    "114 bis 118 Milliarden Dollar",
    change_id="c0ffee05",
    metric="meta.total_expenses",
    title="Total expenses",
    old="$114–119bn",
    new="$114–118bn",
    difference="upper end −$1bn",
    percent="−0.8 %",
    kind="narrowed",
    direction="lowered",
    quote_language="de",
    speaker=None,
    source="Beispiel-Zeitung",
    url="https://zeitung.example/wirtschaft/meta-ausgaben",
    published="2025-07-30",
    other_outlets=2,
    languages=("de", "en"),
    points=(
        Point("2025-01-29", 114e9, 119e9, "$114–119bn", "guidance"),
        Point("2025-04-30", 113e9, 118e9, "$113–118bn", "guidance"),
        Point("2025-07-30", 114e9, 118e9, "$114–118bn", "guidance"),
    ),
    reason="The upper end came down; the lower end stayed.",
)
CHINESE = item(
    "公司撤回了此前关于2026年资本开支达到1000亿美元的说法。",
    "1000亿美元",
    change_id="c0ffee06",
    title="Capital expenditure",
    period="2026",
    old="$100bn",
    new=None,
    difference=None,
    percent=None,
    kind="withdrawn",
    direction=None,
    speaker=None,
    quote_language="zh",
    source="样本财经",
    url="https://caijing.example/a/1",
    published="2025-08-02",
    other_outlets=0,
    languages=("zh",),
    reason="The company took the figure back and gave no other.",
)
HEBREW = item(
    "החברה תיקנה את הנתון: מספר העובדים הוא 76,834 ולא 78,400.",
    "76,834",
    change_id="c0ffee07",
    metric="meta.headcount",
    title="Employees",
    period="",
    old="78,400",
    new="76,834",
    difference="−1,566",
    percent="−2.0 %",
    kind="corrected",
    direction="lowered",
    status="actual",
    speaker=None,
    quote_language="he",
    source="עיתון לדוגמה",
    url="https://iton.example/item?a=1&b=2",
    published="2025-05-01",
    other_outlets=1,
    languages=("he", "en"),
    reason="The outlet corrected its own article.",
)
KOREAN = item(
    "메타의 2분기 매출은 475억 달러로 집계됐다.",
    "475억 달러",
    change_id="c0ffee08",
    metric="meta.revenue",
    title="Revenue",
    period="second quarter of 2025",
    old="$42.5–45.5bn",
    new="$47.5bn",
    difference="+$2bn to +$5bn",
    percent="+8 %",
    direction="raised",
    status="actual",
    speaker=None,
    quote_language="ko",
    source="예시일보",
    url="https://ilbo.example/economy/475",
    published="2025-07-30",
    other_outlets=37,
    languages=("ko", "en", "ja", "zh", "de", "fr", "es", "pt"),
    points=(
        Point("2025-04-30", 42.5e9, 45.5e9, "$42.5–45.5bn", "guidance"),
        Point("2025-07-30", 47.5e9, 47.5e9, "$47.5bn", "actual"),
    ),
    reason="The reported value lies above the guidance.",
)
NOTES = (
    Note(
        "conflict",
        "Capital expenditure, 2025: $6.4–7.2bn in one outlet against $64–72bn settled: a tenth, held back.",
        "https://daily.example/typo",
    ),
    Note("feed", "Example Wire has answered HTTP 503 since 28 April 2025; tried again every 2 hours."),
    Note("summary", "First poll of Example Blog: 12 stories read, 9 figures filled in silently."),
)
DATE = "2025-04-30T21:05:00+00:00"
ONE = Message("d-20250430-1", DATE, "desk", (CAPEX,))
EIGHT = Message(
    "d-20250802-1",
    "2025-08-02T06:30:00+00:00",
    "Research desk",
    (CAPEX, ARABIC, JAPANESE, PORTUGUESE, GERMAN, CHINESE, HEBREW, KOREAN),
    NOTES,
)
REPEATED = replace(ONE, possible_repeat=True)
QUIET = Message("d-notes", DATE, "desk", (), NOTES)
MANY = Message(
    "d-many",
    DATE,
    "desk",
    tuple(
        replace(
            CAPEX, change_id=f"c{number:04}", title=f"Capacity of site {number}", period="2026", percent=f"+{number} %"
        )
        for number in range(1, 401)
    ),
    tuple(Note("feed", f"Source {number} is silent since Monday.") for number in range(80)),
)
HUGE = Message(
    "d-huge",
    DATE,
    "desk",
    (
        replace(
            CAPEX,
            title="Investment in the planned data centre and its gas-fired power plants, substations and roads " * 6,
            old="$10,000,000,000.00–12,345,678,901.23 (Canadian dollars at the rate of the day)",
            new="$27,000,000,000.00–29,876,543,210.98 (Canadian dollars at the rate of the day)",
            quote="Word after word " * 200 + "it will cost $64-72 billion" + " and so on and on" * 200,
            number=(3200 + 13, 3200 + 27),
            source="The Very Long Name of a Regional Newspaper of Record and Its Sunday Supplement " * 4,
            url="https://long.example/" + "a-very-long-path-without-any-break" * 30,
            speaker="A spokesperson for the company’s infrastructure division, " * 5,
        ),
    ),
)
HOSTILE_TEXT = (
    "<script>alert(1)</script><!channel> <@U123> <https://evil.example|click> *b* _i_ `c` & \r\nBcc: x@evil.example"
    "\u202egnp.exe\u0000\u001b[31m\ud800 http://evil.example {{ 7*7 }} ${HOME} @everyone"
)
HOSTILE = Message(
    f"d\r\n{HOSTILE_TEXT}",
    HOSTILE_TEXT,
    HOSTILE_TEXT,
    (
        replace(
            CAPEX,
            title=HOSTILE_TEXT,
            short=HOSTILE_TEXT,
            period=HOSTILE_TEXT,
            old=HOSTILE_TEXT,
            new=HOSTILE_TEXT,
            difference=HOSTILE_TEXT,
            percent=HOSTILE_TEXT,
            kind=HOSTILE_TEXT,
            direction=HOSTILE_TEXT,
            status=HOSTILE_TEXT,
            speaker=HOSTILE_TEXT,
            quote=HOSTILE_TEXT * 2,
            number=(3, 200),
            quote_language='"><script>',
            source=HOSTILE_TEXT,
            url='javascript:alert("1")',
            published=HOSTILE_TEXT,
            languages=(HOSTILE_TEXT, "en"),
            points=(Point("2025-01-01", 1.0, 2.0, HOSTILE_TEXT, HOSTILE_TEXT), Point("2025-01-02", 3.0, None, "3", "")),
            reason=HOSTILE_TEXT,
            explain=HOSTILE_TEXT,
        ),
    ),
    (
        Note("conflict", HOSTILE_TEXT, "https://evil.example/?q=<!channel>|x&y=1"),
        Note(HOSTILE_TEXT, HOSTILE_TEXT, "data:text/html,x"),
    ),
)
ALL = {
    "one": ONE,
    "eight": EIGHT,
    "repeated": REPEATED,
    "quiet": QUIET,
    "many": MANY,
    "huge": HUGE,
    "hostile": HOSTILE,
}
