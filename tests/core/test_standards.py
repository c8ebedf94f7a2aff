"""What a change is measured against dates no value: "rose 22% from last year, to 47.5 billion"."""

import pytest
from reading import bound, figures

from monitor.core.types.figures import Role

GREW = [
    ("en", "Meta's second-quarter revenue rose 22% from last year to $47.52 billion."),
    ("en", "Meta's second-quarter revenue was $47.52 billion, up 22% from 2024."),
    ("de", "Metas Umsatz stieg im zweiten Quartal gegenüber dem vergangenen Jahr um 22 % auf 47,52 Milliarden Dollar."),
    ("fr", "Le chiffre d'affaires de Meta a bondi de 22 % par rapport à l'an dernier, à 47,52 milliards de dollars."),
    ("es", "Los ingresos de Meta crecieron un 22% respecto al año pasado, hasta 47.520 millones de dólares."),
    ("pt", "A receita da Meta subiu 22% em relação ao ano passado, para US$ 47,52 bilhões."),
    ("it", "I ricavi di Meta sono cresciuti del 22% rispetto allo scorso anno, a 47,52 miliardi di dollari."),
    ("nl", "De omzet van Meta steeg met 22 procent ten opzichte van vorig jaar naar 47,52 miljard dollar."),
    ("sv", "Metas omsättning steg 22 procent jämfört med i fjol, till 47,52 miljarder dollar."),
    ("fi", "Metan liikevaihto kasvoi viime vuodesta 22 prosenttia 47,52 miljardiin dollariin."),
    ("pl", "Przychody Meta wzrosły o 22 proc. w porównaniu z ubiegłym rokiem, do 47,52 mld dolarów."),
    ("cs", "Tržby Mety vzrostly oproti loňskému roku o 22 procent na 47,52 miliardy dolarů."),
    ("hu", "A Meta bevétele a tavalyihoz képest 22 százalékkal, 47,52 milliárd dollárra nőtt."),
    ("ro", "Veniturile Meta au crescut cu 22% față de anul trecut, la 47,52 miliarde de dolari."),
    ("hr", "Prihod Mete porastao je 22 posto u odnosu na prošlu godinu, na 47,52 milijarde dolara."),
    ("bg", "Приходите на Meta са с 22% повече от миналата година и достигат 47,52 млрд. долара."),
    ("el", "Τα έσοδα της Meta αυξήθηκαν κατά 22% σε σχέση με πέρυσι, στα 47,52 δισ. δολάρια."),
    ("ru", "Выручка Meta выросла на 22% по сравнению с прошлым годом, до 47,52 млрд долларов."),
    ("uk", "Дохід Meta зріс на 22% порівняно з минулим роком, до 47,52 млрд доларів."),
    ("tr", "Meta'nın ikinci çeyrek geliri geçen yıla göre %22 artarak 47,52 milyar dolara çıktı."),
    ("ar", "ارتفعت إيرادات ميتا في الربع الثاني 22% مقارنة بالعام الماضي إلى 47.52 مليار دولار."),
    ("fa", "درآمد سه‌ماهه دوم متا نسبت به سال گذشته ۲۲ درصد رشد کرد و به ۴۷٫۵۲ میلیارد دلار رسید."),
    ("he", "הכנסות מטא ברבעון השני עלו ב-22% לעומת אשתקד ל-47.52 מיליארד דולר."),
    ("hi", "दूसरी तिमाही में मेटा की आय पिछले साल से 22% बढ़कर 47.52 अरब डॉलर रही।"),
    ("ur", "دوسری سہ ماہی میں میٹا کی آمدنی گزشتہ سال کے مقابلے میں 22 فیصد بڑھ کر 47.52 ارب ڈالر رہی۔"),
    ("bn", "দ্বিতীয় প্রান্তিকে মেটার আয় গত বছরের তুলনায় ২২ শতাংশ বেড়ে ৪৭.৫২ বিলিয়ন ডলার হয়েছে।"),
    ("ja", "メタの4~6月期の売上高は前年比22%増の475億2000万ドルだった。"),
    ("ko", "메타의 2분기 매출은 475억2000만달러로 전년보다 84억달러 늘었다."),
    ("ko", "메타의 2분기 매출은 작년보다 22% 늘어난 475억2000만달러였다."),
    ("zh", "Meta第二季度营收较去年增长22%,至475.2亿美元。"),
    ("vi", "Doanh thu quý II của Meta tăng 22% so với năm ngoái lên 47,52 tỷ USD."),
    ("th", "รายได้ไตรมาส 2 ของเมตาเพิ่มขึ้น 22% จากปีก่อน เป็น 47.52 พันล้านดอลลาร์"),
    ("id", "Pendapatan Meta kuartal II naik 22% dibanding tahun lalu menjadi US$47,52 miliar."),
    ("ms", "Hasil Meta suku kedua naik 22 peratus berbanding tahun lalu kepada AS$47.52 bilion."),
    ("sw", "Mapato ya Meta yaliongezeka kwa asilimia 22 ikilinganishwa na mwaka jana hadi dola bilioni 47.52."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), GREW)
def test_the_year_that_a_rise_is_measured_against_is_not_that_of_the_value(language: str, text: str) -> None:
    assert bound(text, language=language) == [("meta.revenue", "2025-Q2")]
    *_, value = (one for one in figures(text, language=language) if one.metric)
    assert value.role is Role.NEWS


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Meta's capex will rise 70% from last year's $39.2 billion.", ["2024"]),
        ("Meta's capex will rise 70% this year, from $39.2 billion in 2024.", ["2024"]),
        ("Meta's capex rose 37% to $39.2 billion in 2024.", ["2024"]),
        ("In 2024 Meta's capex rose 37% to $39.2 billion.", ["2024"]),
    ],
)
def test_a_year_beside_its_own_value_dates_it(text: str, periods: list[str]) -> None:
    assert [period for _, period in bound(text)] == periods


def test_the_first_months_of_a_year_are_its_own() -> None:
    text = "Per i primi tre mesi del 2026 Meta prevede ricavi tra 53,5 e 56,5 miliardi di dollari."
    assert bound(text, language="it") == [("meta.revenue", "2026-Q1")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sk", "Meta vykázala za posledný kvartál 2023 čistý zisk 14 miliárd dolárov."),
        ("en", "Meta's net income in the latest quarter of 2023 was $14 billion."),
        ("hr", "Neto dobit Mete u posljednjem tromjesečju 2023. iznosila je 14 milijardi dolara."),
    ],
)
def test_the_last_quarter_of_a_year_that_is_named_is_its_fourth(language: str, text: str) -> None:
    assert bound(text, language=language) == [("meta.net_income", "2023-Q4")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Meta's second-quarter net income was $18.3 billion, twice that of a year earlier."),
        ("ko", "메타의 2분기 순이익은 183억달러로 1년 전의 두 배를 넘었다."),
        ("zh", "Meta第二季度净利润为183亿美元,几乎是2024年的两倍。"),
        (
            "fr",
            "Au deuxième trimestre le bénéfice net de Meta a atteint 18,3 milliards de dollars, le double de 2024.",
        ),
    ],
)
def test_the_year_whose_value_was_doubled_is_not_that_of_the_value(language: str, text: str) -> None:
    assert bound(text, language=language) == [("meta.net_income", "2025-Q2")]


def test_a_plan_that_doubles_something_in_a_year_is_of_that_year() -> None:
    text = "Meta verdoppelt 2026 seine Investitionen auf 130 Milliarden Dollar."
    assert bound(text, language="de") == [("meta.capex", "2026")]
