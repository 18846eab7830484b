#!/usr/bin/env python3
"""Writes guests.csv beside this file and the lists in tests/fixtures/rosters, always the same bytes.

Every person, firm and place is invented. Phone numbers come from ranges that no network hands out:
154 0000 in China, 010-0000 in Korea, +44 7700 900 (reserved for fiction) elsewhere.
"""
import csv
import io
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent
ROSTERS = HERE.parent.parent / "tests" / "fixtures" / "rosters"
LABELS = [str(number) for number in range(1, 31) if number not in (4, 13)]
PLACES = 11

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
GIVEN_M = ["建国", "志强", "伟", "海涛", "永胜", "文彬", "国栋", "俊杰", "长青", "明远", "立新", "春生", "家豪", "宝山", "少华", "振宇", "德明", "学军", "子轩", "耀辉"]
GIVEN_F = ["秀英", "丽华", "晓燕", "雪梅", "玉兰", "桂芳", "婷", "海燕", "慧敏", "雅琴", "思琪", "红霞", "静怡", "春兰", "淑贞", "佳怡"]
WORDS = ["晨光", "鸿运", "恒盛", "嘉禾", "瑞丰", "汇景", "宏远", "天诚", "博雅", "新澜", "锦程", "安居", "百川", "佳境", "众合", "昌隆", "金泰", "明居", "润泽", "万象"]
KINDS = ["门窗有限公司", "建材有限公司", "幕墙工程有限公司", "节能门窗商行", "装饰材料有限公司", "家居广场"]
COUNTIES = {
    "east": ["临江市", "云栖县", "望湖区", "白鹭县", "双溪市", "金屏区"],
    "north": ["松岭市", "青岚县", "石堰县", "河湾市", "北屯区"],
    "korea": ["한솔시", "새빛시", "가람군", "미르시", "다온군"],
}
K_SURNAMES = ["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안", "송", "류", "홍"]
K_MALE = ["민수", "성호", "준영", "상훈", "동현", "재석", "영철", "태우", "기범", "진혁"]
K_FEMALE = ["지영", "미경", "은주", "수진", "현정", "혜린", "선희", "유나", "정아", "보람"]
K_WORDS = ["한빛", "대림", "우성", "미래", "세종", "가온", "누리", "다솜", "해오름", "청운", "푸른", "새한"]
K_KINDS = ["창호 주식회사", "건재", "유리산업", "종합건설자재", "하우징", "윈도우"]
LATIN = [
    ("Harbour Light Glazing Ltd", ["Anna Whitfield", "Thomas Reed"]),
    ("Lindqvist & Oduya Façades", ["Amara Oduya", "Björn Lindqvist"]),
    ("Casa Montealegre Import S.A.", ["José María Peñalver de la Torre"]),
    ("Nguyen Brothers Windows", ["Minh Nguyen", "Lan Nguyen", "Peter Tran"]),
    ("Schönfeld Fensterbau GmbH", ["Maximilian Alexander von Hohenberg-Lindenthal", "Grit Schönfeld"]),
    ("Silva Vidros Lda", ["João Silva"]),
    ("O'Connell Home Improvements", ["Siobhán O'Connell", "Pat Byrne"]),
    ("Kowalczyk Okna sp. z o.o.", ["Zofia Kowalczyk", "Łukasz Wiśniewski"]),
    ("Bluewater Building Supply", ["Priya Raman"]),
    ("Marmara Cam Sanayi", ["Elif Yıldız", "Deniz Çelik"]),
]
LATIN_WOMEN = {"Anna", "Amara", "Lan", "Grit", "Siobhán", "Zofia", "Priya", "Elif"}
SALES = {
    "east": ["S01", "S02", "S03", "S04", "S05"],
    "north": ["S06", "S07", "S08", "S09"],
    "korea": ["S10", "S11", "S12"],
}
HEADER = ["编号", "经销商编号", "公司", "姓名", "称呼", "身份", "负责人", "手机", "语言", "性别", "业务员", "区域", "县区", "等级",
          "桌号", "贵宾", "预交款", "年销售额", "预计人数", "同一老板", "不可同桌", "避免同桌", "经营品牌", "地址", "可公开",
          "同意上屏", "特殊需求", "轮椅", "住宿", "服装尺码"]


class Phones:
    def __init__(self):
        self.next = {"zh": 1, "ko": 1, "en": 1}

    def give(self, language):
        number = self.next[language]
        self.next[language] += 1
        if language == "zh":
            return f"1540000{number:04d}"
        if language == "ko":
            return f"+82 10-0000-{number:04d}"
        return f"+44 7700 900{number:03d}"


def chinese_person(rng, taken):
    while True:
        female = rng.random() < 0.35
        name = rng.choice(SURNAMES) + rng.choice(GIVEN_F if female else GIVEN_M)
        if name not in taken:
            taken.add(name)
            return name, "女" if female else "男"


def korean_person(rng, taken):
    while True:
        female = rng.random() < 0.35
        name = rng.choice(K_SURNAMES) + rng.choice(K_FEMALE if female else K_MALE)
        if name not in taken:
            taken.add(name)
            return name, "女" if female else "男"


def make_firms(rng):
    """128 firms: 70 in the east (10 of them abroad), 34 in the north, 24 in Korea."""
    firms, taken = [], set()

    def name_once(make):
        while True:
            name = make()
            if name not in taken:
                taken.add(name)
                return name

    for region, count in (("east", 60), ("north", 34), ("korea", 24)):
        for _ in range(count):
            county = rng.choice(COUNTIES[region])
            if region == "korea":
                name = name_once(lambda: f"{county[:-1]} {rng.choice(K_WORDS)} {rng.choice(K_KINDS)}")
            else:
                name = name_once(lambda: f"{county[:-1]}{rng.choice(WORDS)}{rng.choice(KINDS)}")
            firms.append({"name": name, "region": region, "county": county, "language": "ko" if region == "korea" else "zh", "people": None})
    for name, people in LATIN:
        firms.append({"name": name, "region": "east", "county": "海外", "language": "en", "people": people})
    firms[7]["name"] = "松岭云栖青岚三地联合节能门窗幕墙装饰工程材料供应链管理有限责任公司"
    firms[95]["name"] = "한솔시 새빛 종합건축자재유통 및 창호시공 협동조합 제2지점 주식회사"
    return firms


def head_counts(rng, firms, total):
    counts = [len(firm["people"]) if firm["people"] else rng.choice([1, 1, 2, 2, 2, 3]) for firm in firms]
    free = [index for index, firm in enumerate(firms) if not firm["people"]]
    while sum(counts) != total:
        index = rng.choice(free)
        step = 1 if sum(counts) < total else -1
        if 1 <= counts[index] + step <= 4:
            counts[index] += step
    return counts


def title(name, language, gender, role):
    if language == "zh":
        surname = name[0]
        return surname + ("总" if role == "老板" else "女士" if gender == "女" else "先生")
    if language == "ko":
        return "대표님" if role == "老板" else "님"
    return ("Ms " if gender == "女" else "Mr ") + name.split()[-1]


def make_rows(rng):
    firms = make_firms(rng)
    phones, taken, rows = Phones(), set(), []
    counts = head_counts(rng, firms, 248)
    turn = {region: 0 for region in SALES}
    for index, (firm, count) in enumerate(zip(firms, counts)):
        firm["id"] = f"D{index + 1:03d}"
        team = SALES[firm["region"]]
        firm["sales"] = team[turn[firm["region"]] % len(team)]
        turn[firm["region"]] += 1
        firm["count"] = count
        firm["annual"] = rng.randrange(20, 600) * 10_000
        firm["class"] = "A" if firm["annual"] >= 4_000_000 else "B" if firm["annual"] >= 1_500_000 else "C"
    owners = {1: 0, 20: 2, 41: 40, 66: 62, 99: 96, 110: 107}
    for second, first in owners.items():
        firms[second]["owner"] = firms[first]["name"]
        firms[second]["sales"] = firms[first]["sales"]
    never = {(5, 11), (70, 75)}
    avoid = {(14, 25), (30, 44), (100, 104)}
    tables = seat(firms, owners)
    # Two firms of one size change places, so that the pair that shall never meet does not.
    tables[75], tables[79] = tables[79], tables[75]
    for index, firm in enumerate(firms):
        for place in range(firm["count"]):
            rows.append(row_of(rng, firm, index, place, tables[index], phones, taken, firms, never, avoid))
    rows += without_dealer(rng, phones, taken)
    for number, row in enumerate(rows):
        row["编号"] = f"G{number + 1:03d}"
    return rows


def seat(firms, owners):
    """Tables of one salesperson after another; a party stays together."""
    parties = {}
    for index, firm in enumerate(firms):
        parties.setdefault(owners.get(index, index), []).append(index)
    by_sales = {}
    for members in parties.values():
        by_sales.setdefault(firms[members[0]]["sales"], []).append(members)
    free = {label: PLACES for label in LABELS[:-2]}
    labels, tables, at = list(free), {}, 0
    for sales in sorted(by_sales):
        for members in sorted(by_sales[sales], key=lambda members: -sum(firms[index]["count"] for index in members)):
            heads = sum(firms[index]["count"] for index in members)
            fits = [label for label in labels[at:] + labels[:at] if free[label] >= heads]
            label = fits[0]
            free[label] -= heads
            for index in members:
                tables[index] = label
        while at < len(labels) - 1 and free[labels[at]] <= 1:
            at += 1
    return tables


def row_of(rng, firm, index, place, table, phones, taken, firms, never, avoid):
    language = firm["language"]
    if firm["people"]:
        name, gender = firm["people"][place], rng.choice("女男")
        gender = "女" if name.split()[0] in LATIN_WOMEN else "男"
    elif language == "ko":
        name, gender = korean_person(rng, taken)
    else:
        name, gender = chinese_person(rng, taken)
    if (index, place) == (3, 0):
        name, gender = "阿依努尔古丽·托合提巴克木萨江", "女"
    if (index, place) == (96, 0):
        name, gender = "남궁빛나는별아름다운누리", "女"
    role = "老板" if place == 0 else rng.choice(["家属", "员工", "员工", "合伙人"])
    if index % 17 == 9 and place == 0:
        role = "员工"
    first = place == 0
    others = lambda pairs: "、".join(firms[b]["name"] for a, b in sorted(pairs) if a == index)
    return {
        "经销商编号": firm["id"], "公司": firm["name"], "姓名": name, "称呼": title(name, language, gender, role), "身份": role,
        "负责人": "是" if role == "老板" else "否", "手机": phones.give(language), "语言": {"zh": "中文", "ko": "한국어", "en": "English"}[language],
        "性别": gender, "业务员": firm["sales"], "区域": firm["region"], "县区": firm["county"], "等级": firm["class"], "桌号": table,
        "贵宾": ({0: "金", 1: "银", 2: "铜"}[index % 3] if firm["annual"] >= 5_200_000 else "") if first else "",
        "预交款": (f"{rng.choice([20, 25, 30, 50])}万" if firm["annual"] >= 5_000_000 else "5万" if index % 11 == 3 else "") if first else "",
        "年销售额": f"{firm['annual']:,}" if first else "", "预计人数": str(firm["count"]) if first else "",
        "同一老板": firm.get("owner", "") if first else "", "不可同桌": others(never) if first else "", "避免同桌": others(avoid) if first else "",
        "经营品牌": rng.choice(["晨星", "晨星、北辰", "晨星、澜石", ""]) if first else "",
        "地址": f"{firm['county']}工业大道{rng.randrange(1, 300)}号" if first and language == "zh" else "",
        "可公开": rng.choice(["全部", "排名、喜报", "喜报、照片", "无"]) if first else "",
        "同意上屏": "是" if first and index % 9 else "否" if first else "",
        "特殊需求": "素食" if rng.random() < 0.04 else "", "轮椅": "是" if (index, place) in {(12, 1), (80, 0)} else "",
        "住宿": rng.choice(["标准间", "大床房", "不住宿"]), "服装尺码": rng.choice(["S", "M", "L", "XL", "XXL"]),
    }


def without_dealer(rng, phones, taken):
    plan = [("媒体", "门窗经纬周刊", "zh", 3), ("媒体", "Windows & Doors Review", "en", 1), ("媒体", "창호신문", "ko", 1), ("专家", "临江建筑节能研究院", "zh", 3), ("公司人员", "晨星门窗总部", "zh", 4)]
    rows, table = [], iter([LABELS[-2]] * 6 + [LABELS[-1]] * 6)
    for role, organisation, language, count in plan:
        for _ in range(count):
            name, gender = {"zh": chinese_person, "ko": korean_person}.get(language, lambda *_: ("Ingrid Solheim", "女"))(rng, taken)
            rows.append({
                "公司": organisation, "姓名": name, "称呼": {"媒体": "记者", "专家": "老师", "公司人员": ""}[role] if language == "zh" else "", "身份": role, "负责人": "否",
                "手机": phones.give(language), "语言": {"zh": "中文", "ko": "한국어", "en": "English"}[language], "性别": gender, "桌号": next(table),
                "住宿": "不住宿", "服装尺码": rng.choice(["S", "M", "L"]),
            })
    return rows


def to_text(header, rows, separator=",", end="\r\n"):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


# The same 60 guests for every encoding: Hangul, Latin, and Hanja that EUC-KR and GB18030 both have.
COMMON = {
    "en": ["id", "firm", "name", "title", "role", "decides", "phone", "language", "salesperson", "class", "table", "expected heads", "same owner", "garment"],
    "zh": ["编号", "公司名称", "姓名", "称呼", "身份", "负责人", "手机号码", "语言", "业务员", "等级", "桌号", "预计人数", "同一老板", "服装尺码"],
    "ko": ["번호", "업체명", "성명", "호칭", "구분", "결정권자", "휴대폰", "언어", "담당 영업사원", "등급", "테이블", "예상 인원", "동일 대표", "의류 사이즈"],
}
HANJA = ["王明", "李文華", "金正玉", "朴永信", "林東海", "張美玉", "高天", "江上月"]


def common_rows(language):
    rng = random.Random(60)
    yes, no = {"en": ("yes", "no"), "zh": ("是", "否"), "ko": ("예", "아니오")}[language]
    owner, staff = {"en": ("owner", "staff"), "zh": ("老板", "员工"), "ko": ("대표", "직원")}[language]
    rows, taken = [], set()
    for index in range(60):
        firm = index // 2
        first = index % 2 == 0
        if index % 5 == 0:
            name, spoken = HANJA[index // 5 % len(HANJA)] + ("" if index < 40 else "國"), "zh"
        elif index % 5 == 1:
            name, spoken = rng.choice(["Anna", "Peter", "Maria", "David"]) + " " + rng.choice(["Lee", "Park", "Wang", "Smith"]) + f" {index}", "en"
        else:
            name, spoken = korean_person(rng, taken)[0], "ko"
        phone = f"+82 10-0000-{2000 + index}" if spoken == "ko" else f"1540000{2000 + index}" if spoken == "zh" else f"+44 7700 900{index + 300}"
        firm_name = [f"한빛 창호 {firm}호점", f"Glass House {firm}", f"東方建材 {firm}"][firm % 3]
        owner_of = "한빛 창호 0호점" if firm == 12 and first else ""
        rows.append([f"C{index:03d}", firm_name, name, "大人" if spoken == "zh" else "님" if spoken == "ko" else "", owner if first else staff, yes if first else no, phone, spoken,
                     ["S01", "S06", "S10"][firm % 3], "ABC"[firm % 3], LABELS[firm % 20] if firm != 12 else LABELS[0], "2" if first else "", owner_of, "ML"[index % 2]])
    return rows


def shuffled(header, rows, seed):
    order = list(range(len(header)))
    random.Random(seed).shuffle(order)
    return [header[place] for place in order], [[row[place] for place in order] for row in rows]


# One row per kind of mistake, with correct rows between them.
BAD = [
    ["id", "firm", "name", "role", "phone", "language", "gender", "salesperson", "region", "class", "table", "vip", "prepaid", "expected heads", "same owner", "rsvp"],
    ["1", "Good Glass", "Ann Good", "owner", "15400005001", "en", "f", "S01", "east", "A", "1", "gold", "200,000", "2", "", "yes"],
    ["2", "Good Glass", "", "staff", "15400005002", "en", "", "", "", "", "", "", "", "", "", ""],
    ["3", "", "Bob Nofirm", "owner", "15400005003", "en", "", "", "", "", "", "", "", "", "", ""],
    ["4", "Short Phone Ltd", "Cy Short", "owner", "1540000500", "en", "", "S01", "", "", "2", "", "", "", "", ""],
    ["5", "Rounded Ltd", "Di Round", "owner", "1.54E+10", "en", "", "S01", "", "", "2", "", "", "", "", ""],
    ["6", "Nobody's Ltd", "Ed Lost", "owner", "15400005006", "en", "", "S99", "", "", "2", "", "", "", "", ""],
    ["7", "Far Away Ltd", "Fay Away", "owner", "15400005007", "en", "", "S01", "atlantis", "", "2", "", "", "", "", ""],
    ["8", "Table Ltd", "Gus Table", "owner", "15400005008", "en", "", "S01", "", "", "13", "", "", "", "", ""],
    ["9", "Class Ltd", "Hal Class", "owner", "15400005009", "en", "", "S01", "", "D", "2", "", "", "", "", ""],
    ["10", "Role Ltd", "Ida Role", "king", "15400005010", "en", "", "S01", "", "", "2", "", "", "", "", ""],
    ["11", "Money Ltd", "Jo Money", "owner", "15400005011", "en", "", "S01", "", "", "2", "", "a lot", "", "", ""],
    ["12", "Heads Ltd", "Kim Heads", "owner", "15400005012", "en", "", "S01", "", "", "2", "", "", "2.5", "", ""],
    ["13", "Owner Ltd", "Lou Owner", "owner", "15400005013", "en", "", "S01", "", "", "2", "", "", "", "No Such Firm", ""],
    ["1", "Twice Ltd", "Mo Twice", "owner", "15400005014", "en", "", "S01", "", "", "2", "", "", "", "", ""],
    ["", "Good Glass", "Ann Good", "owner", "", "en", "", "", "", "", "", "", "", "", "", ""],
    ["16", "Good Glass", "Nan Other", "staff", "15400005016", "en", "", "S02", "", "", "", "", "", "", "", ""],
    ["17", "Formula Ltd", "#N/A", "owner", "15400005017", "en", "", "S01", "", "", "2", "", "", "", "", ""],
    ["18", "Language Ltd", "Oz Words", "owner", "15400005018", "tlh", "q", "S01", "", "", "2", "platinum", "", "", "", ""],
    ["19", "Long Ltd", "P" * 61, "owner", "15400005019", "en", "", "S01", "", "", "2", "", "", "", "", ""],
    ["20", "Good Glass", "Quin Good", "staff", "15400005020", "en", "", "", "", "", "", "", "", "", "", "", "", "stray"],
]


def main():
    rng = random.Random(2027)
    rows = make_rows(rng)
    assert len(rows) == 260 and len({row["经销商编号"] for row in rows if "经销商编号" in row}) == 128
    table = [[row.get(column, "") for column in HEADER] for row in rows]
    (HERE / "guests.csv").write_text("\ufeff" + to_text(HEADER, table), encoding="utf-8", newline="")
    ROSTERS.mkdir(parents=True, exist_ok=True)
    chinese = [row for row in table if row[8] == "中文"][:60]
    firms = {row[2] for row in chinese}
    chinese = [[cell if HEADER[place] not in ("同一老板", "不可同桌", "避免同桌") or cell in firms else "" for place, cell in enumerate(row)] for row in chinese]
    (ROSTERS / "chinese.utf8.csv").write_bytes(to_text(HEADER, chinese).encode("utf-8"))
    (ROSTERS / "chinese.gb18030.csv").write_bytes(to_text(HEADER, chinese).encode("gb18030"))
    head, body = shuffled(COMMON["en"], common_rows("en"), 1)
    (ROSTERS / "common.utf8.csv").write_bytes(to_text(head, body, ";").encode("utf-8"))
    head, body = shuffled(COMMON["zh"], common_rows("zh"), 2)
    (ROSTERS / "common.gb18030.csv").write_bytes(to_text(head, body).encode("gb18030"))
    head, body = shuffled(COMMON["ko"], common_rows("ko"), 3)
    (ROSTERS / "common.euckr.csv").write_bytes(to_text(head, body, "\t").encode("euc_kr"))
    (ROSTERS / "bad.csv").write_bytes(to_text(BAD[0], BAD[1:]).encode("utf-8"))


main()
