"""Languages are told apart by script first, then by words."""

import pytest

from monitor.core.language import detect_language, languages

TITLES = [
    ("en", "Meta lifts its spending forecast again"),
    ("de", "Meta erhöht die Prognose für Investitionen"),
    ("fr", "Meta relève ses prévisions de dépenses"),
    ("es", "Meta eleva su previsión de inversión para este año"),
    ("pt", "Meta eleva projeção de investimentos para este ano"),
    ("it", "Meta alza le previsioni di spesa per quest'anno"),
    ("nl", "Meta verhoogt de verwachte investeringen voor dit jaar"),
    ("sv", "Meta höjer prognosen för årets investeringar"),
    ("pl", "Meta podnosi prognozę wydatków na ten rok"),
    ("ru", "Meta повышает прогноз расходов на этот год"),
    ("uk", "Meta підвищує прогноз витрат на цей рік"),
    ("tr", "Meta bu yılki yatırım tahminini yükseltti"),
    ("id", "Meta menaikkan perkiraan belanja modal tahun ini"),
    ("vi", "Meta nâng dự báo chi tiêu vốn trong năm nay"),
    ("fi", "Meta nostaa ennustettaan tämän vuoden investoinneista"),
    ("cs", "Meta zvyšuje odhad letošních investic"),
    ("hu", "A Meta megemelte az idei beruházási előrejelzését"),
    ("ro", "Meta își majorează prognoza de cheltuieli pentru acest an"),
    ("sw", "Kampuni ya Meta yaongeza bajeti ya vituo vya data kwa mwaka huu"),
    ("sw", "Zuckerberg amesema Meta itatumia dola bilioni 60 mwaka huu kwa ajili ya miundombinu ya akili mnemba"),
    ("id", "Meta mengatakan laba tetap tumbuh dan belanja modal naik tahun ini karena pusat data"),
    ("ja", "メタ、今年の設備投資見通しを引き上げ"),
    ("zh", "Meta上调今年资本开支预期"),
    ("ko", "메타, 올해 자본지출 전망 상향"),
    ("ar", "ميتا ترفع توقعات الإنفاق الرأسمالي هذا العام"),
    ("fa", "متا پیش‌بینی هزینه‌های سرمایه‌ای امسال را افزایش داد"),
    ("ur", "میٹا نے اس سال کے اخراجات کا تخمینہ بڑھا دیا"),
    ("he", "מטא מעלה את תחזית ההשקעות לשנה זו"),
    ("hi", "मेटा ने इस साल के खर्च का अनुमान बढ़ाया"),
    ("th", "เมตาปรับเพิ่มคาดการณ์การลงทุนปีนี้"),
    ("el", "Η Meta αυξάνει την πρόβλεψη για τις επενδύσεις"),
    ("bn", "মেটা এ বছরের ব্যয়ের পূর্বাভাস বাড়িয়েছে"),
    ("ta", "மெட்டா இந்த ஆண்டின் செலவு மதிப்பீட்டை உயர்த்தியது"),
]


@pytest.mark.parametrize(("code", "title"), TITLES)
def test_a_short_title_is_enough_to_tell_the_language(code: str, title: str) -> None:
    assert detect_language(title) == code


def test_nothing_to_go_by_gives_the_default() -> None:
    assert detect_language("", default="ja") == "ja"
    assert detect_language("2025 / 64-72", default="pt") == "pt"


def test_a_long_foreign_paragraph_has_its_own_language_and_a_short_one_that_of_the_whole() -> None:
    english = "This notice is about the use of the page and has nothing to do with the story above it at all."
    text = f"قالت الشركة إنها ستنفق 13.7 مليار دولار في عام 2022.\n{english}\nMeta"
    assert [code for _, code in languages(text)] == ["ar", "en", "ar"]


@pytest.mark.parametrize("default", ["en", "uk", "bg"])
def test_cyrillic_without_letters_of_one_language_is_told_by_its_words(default: str) -> None:
    assert detect_language("Компания строит новый завод и нанимает людей", default=default) == "ru"
