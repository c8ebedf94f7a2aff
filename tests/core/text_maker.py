"""Texts for the tests of near copies: news-like nonsense in ten languages, unlike each other, and copies of them."""

from random import Random

WORDS = {
    "en": "the company said plans data centre chips power spend quarter results profit launch model users growth state "
    "governor workers site built energy deal supplier market shares investors analysts demand network cloud research "
    "lab engineers training cluster capacity water grid court law tax price summer record region partner software",
    "de": "der konzern will rechenzentrum bau strom chips ausgaben quartal gewinn umsatz modell nutzer wachstum land "
    "minister arbeiter standort energie vertrag lieferant markt aktien anleger nachfrage netz forschung labor "
    "ingenieure leistung wasser gericht gesetz steuer preis sommer rekord partner software gemeinde investition",
    "fr": "le groupe veut centre données puces électricité dépenses trimestre bénéfice chiffre modèle utilisateurs "
    "croissance région ministre ouvriers site énergie contrat fournisseur marché actions investisseurs demande réseau "
    "recherche laboratoire ingénieurs capacité eau tribunal loi impôt prix été record partenaire logiciel commune",
    "es": "la empresa quiere centro datos chips electricidad gasto trimestre beneficio ingresos modelo usuarios "
    "crecimiento región ministro obreros sede energía contrato proveedor mercado acciones inversores demanda red "
    "investigación laboratorio ingenieros capacidad agua tribunal ley impuesto precio verano récord socio programa",
    "pt": "a empresa quer centro dados chips eletricidade gasto trimestre lucro receita modelo usuários crescimento "
    "região ministro operários local energia contrato fornecedor mercado ações investidores demanda rede pesquisa "
    "laboratório engenheiros capacidade água tribunal lei imposto preço verão recorde parceiro programa cidade obra",
    "ru": "компания планирует центр данных чипы электричество расходы квартал прибыль выручка модель пользователи рост "
    "регион министр рабочие площадка энергия договор поставщик рынок акции инвесторы спрос сеть исследование "
    "лаборатория инженеры мощность вода суд закон налог цена лето рекорд партнёр программа город проект стройка",
    "ar": "الشركة تريد مركز بيانات رقائق كهرباء إنفاق ربع أرباح إيرادات نموذج مستخدمين نمو منطقة وزير عمال موقع طاقة "
    "عقد مورد سوق أسهم مستثمرين طلب شبكة بحث مختبر مهندسين قدرة ماء محكمة قانون ضريبة سعر صيف رقم شريك برنامج مدينة",
    "ko": "회사는 데이터 센터 반도체 전력 지출 분기 이익 매출 모델 이용자 성장 지역 장관 노동자 부지 에너지 계약 "
    "공급사 시장 주식 투자자 수요 연구 연구소 기술자 용량 물 법원 법률 세금 가격 여름 기록 협력사 도시 공사 발표 계획",
}  # fmt: skip
CHARACTERS = {
    "zh": "公司計劃建設數據中心晶片電力支出季度利潤收入模型用戶增長地區部長工人場址能源合同供應商市場"
    "股票投資者需求網絡研究實驗室工程師容量水法院法律稅價格夏天紀錄夥伴軟件城市項目"
    "宣布今年去年表示認為可能已經開始繼續其他重要技術問題世界國家經濟社會發展",
    "ja": "同社計画建設中心半導体電力支出四期利益収入模型利用者成長地域大臣労働者場所契約供給市場"
    "株式投資家需要網研究室技術者容量水裁判所法律税価格夏記録協力都市事業"
    "発表今年昨年可能開始継続重要問題世界国家経済社会発展のにをはがでともからまでよりへやな",
}
LANGUAGES = (*WORDS, *CHARACTERS)


def text(random: Random, language: str, sentences: int = 0) -> str:
    """A text of 8 to 40 sentences in paragraphs, with some numbers."""
    made = [sentence(random, language) for _ in range(sentences or random.randint(8, 40))]
    paragraphs, space = [], "" if language in CHARACTERS else " "
    while made:
        size = random.randint(1, 5)
        paragraphs.append(space.join(made[:size]))
        made = made[size:]
    return "\n\n".join(paragraphs)


def sentence(random: Random, language: str) -> str:
    """A sentence of 8 to 26 words, or 18 to 60 characters."""
    if language in CHARACTERS:
        body = "".join(random.choices(CHARACTERS[language], k=random.randint(18, 60)))
        number = f"{random.randint(2, 9999)}億" if random.random() < 0.3 else ""
        return f"{body[:9]}{number}{body[9:]}。"
    words = random.choices(WORDS[language].split(), k=random.randint(8, 26))
    if random.random() < 0.3:
        words.insert(3, f"{random.randint(2, 9999)}")
    return " ".join(words).capitalize() + "."


def copies(random: Random, original: str, language: str) -> dict[str, str]:
    """Five kinds of copy of one text."""
    space = "" if language in CHARACTERS else " "
    end = "。" if language in CHARACTERS else ". "
    parts = [part.strip() for part in original.replace("\n\n", space or end).split(end.strip()) if part.strip()]
    kept = [part for part in parts if random.random() > 0.2] or parts[:1]
    stop = end.strip()
    return {
        "boilerplate": f"{sentence(random, language)}\n{original}\n{sentence(random, language)}\n"
        + sentence(random, language),
        "cut": original[: len(original) * 6 // 10],
        "doubled": f"{original}\n\n{original}",
        "dropped": space.join(part + stop for part in kept),
        "headline": f"{sentence(random, language)}\n\n{original}",
    }
