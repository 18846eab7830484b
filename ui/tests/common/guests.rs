//! Invented people and firms in three languages, with names of every length.

use ui::{GroupGuest, Lang, Person, TableSpot, WayLeg};

/// Everything that differs between languages and is not translated by the screens.
pub struct Words {
    pub host: &'static str,
    pub meeting: &'static str,
    pub band: &'static str,
    pub theme: &'static str,
    pub opening: &'static str,
    pub kiosk: &'static str,
    pub next: &'static str,
    pub firm: &'static str,
    pub long_firm: &'static str,
    pub phone: &'static str,
    pub guest: &'static str,
    pub long_guest: &'static str,
    pub salesperson: &'static str,
    pub long_salesperson: &'static str,
    pub zone: &'static str,
    pub people: [(&'static str, &'static str); 3],
    pub long_name: &'static str,
    pub long_title: &'static str,
    /// Names of 2, 12 and 40 characters.
    pub names: [&'static str; 3],
}

pub fn words(lang: Lang) -> Words {
    match lang {
        Lang::Zh => Words {
            host: "澜川电器",
            meeting: "2027 春季订货会",
            band: "澜川电器 · 2027 春季订货会",
            theme: "同心向上，共赴新程",
            opening: "3月18日 星期四 13:30　云栖厅",
            kiosk: "一号入口 · K2",
            next: "开幕与新品发布",
            firm: "青禾海棠家电",
            long_firm: "青禾县永顺和家用电器及厨卫设备销售服务有限责任公司",
            phone: "138****1234",
            guest: "王总",
            long_guest: "欧阳尚文·司马相如先生",
            salesperson: "林若溪",
            long_salesperson: "欧阳慕容雪 · 北方大区",
            zone: "A",
            people: [("王海棠", "王总"), ("陆景明", "陆经理 · 合伙人"), ("王知夏", "家属")],
            long_name: "买买提·阿布都热合曼·艾尔肯江",
            long_title: "董事长兼总经理 · 北方大区总代理",
            names: [
                "王海",
                "买买提·阿布都热合曼尔江",
                "买买提阿布都热合曼艾尔肯江吐尔逊阿卜杜拉买买提阿布都热合曼艾尔肯江吐尔逊阿卜杜拉",
            ],
        },
        Lang::Ko => Words {
            host: "란천가전",
            meeting: "2027 봄 오더 미팅",
            band: "란천가전 · 2027 봄 오더 미팅",
            theme: "함께 오르는 새로운 길",
            opening: "3월 18일 (목) 13:30 · 운서홀",
            kiosk: "1번 입구 · K2",
            next: "개회식과 신제품 발표",
            firm: "한빛생활 대리점",
            long_firm: "주식회사 한빛생활가전 중부권 종합유통 물류센터 대리점",
            phone: "010-****-1234",
            guest: "한지우 대표님",
            long_guest: "선우하늘빛나라 해외사업 총괄 본부장님",
            salesperson: "최가람",
            long_salesperson: "남궁하늘빛나라 · 중부권 영업본부",
            zone: "가",
            people: [("한지우", "대표님"), ("남궁별", "과장님"), ("제갈온유", "가족")],
            long_name: "선우하늘빛나라 알렉산드라 콘스탄티노",
            long_title: "해외사업 총괄 본부장님 겸 물류센터장",
            names: [
                "한별",
                "선우하늘빛나라박사김대표",
                "선우하늘빛나라제갈온유남궁별한지우최가람선우하늘빛나라제갈온유남궁별한지우최가람",
            ],
        },
        Lang::En => Words {
            host: "Lanchuan Appliances",
            meeting: "Spring 2027 order meeting",
            band: "Lanchuan Appliances · Spring 2027 order meeting",
            theme: "Rising together on a new road",
            opening: "Thursday 18 March, 13:30 · Cloud Hall",
            kiosk: "Entrance 1 · K2",
            next: "Opening and presentation of the new products",
            firm: "Northwind Household",
            long_firm: "Featherstonehaugh & Daughters Household Appliances Wholesale (Northern Territories) Ltd",
            phone: "138****1234",
            guest: "Ms Lindqvist",
            long_guest: "Ms Konstantinopoulos-Featherstonehaugh",
            salesperson: "Astrid Bergström",
            long_salesperson: "Bartholomew Okonkwo-Lindqvist-Vanderbilt",
            zone: "A",
            people: [
                ("Ingrid Lindqvist", "Managing Director"),
                ("Tomás Okonkwo", "Purchasing"),
                ("Noor Haddad", "Family"),
            ],
            long_name: "Alexandra Konstantinopoulos-Featherstonehaugh",
            long_title: "Managing Director, Northern Territories",
            names: ["Li", "Nils Okonkwo", "Alexandra Konstantinopoulos-Featherstone"],
        },
    }
}

pub fn person(who: (&str, &str), decides: bool, here: bool) -> Person {
    Person { name: who.0.into(), title: who.1.into(), decides, here, done: false }
}

/// A household of so many people, some ticked, one of them done, one with a very long name.
pub fn household(words: &Words, count: usize) -> Vec<Person> {
    let mut people: Vec<Person> =
        (0..count).map(|index| person(words.people[index % 3], index == 0, index < 7)).collect();
    if count > 4 {
        people[3].done = true;
        people[3].here = false;
        people[11.min(count - 1)].name = words.long_name.into();
        people[11.min(count - 1)].decides = true;
    }
    people
}

/// A coach-load of one salesperson's dealers.
pub fn coach(words: &Words, count: usize) -> Vec<GroupGuest> {
    (0..count)
        .map(|index| GroupGuest {
            name: words.people[index % 3].0.into(),
            title: words.people[index % 3].1.into(),
            firm: if index % 4 == 0 { words.long_firm } else { words.firm }.into(),
            decides: index % 3 == 0,
            here: index < 9,
            done: index == 4,
        })
        .collect()
}

/// 32 tables in four rows on both sides of an aisle; labels skip 4 and 13.
pub fn tables() -> Vec<TableSpot> {
    let columns = [0.07, 0.18, 0.29, 0.40, 0.60, 0.71, 0.82, 0.93];
    let rows = [0.24, 0.42, 0.60, 0.78];
    let labels = (1..).filter(|number| number % 10 != 4 && *number != 13);
    let places = rows.iter().flat_map(|y| columns.iter().map(move |x| (*x, *y)));
    labels.zip(places).map(|(label, (x, y))| spot(&label.to_string(), x, y)).collect()
}

fn spot(label: &str, x: f32, y: f32) -> TableSpot {
    TableSpot { label: label.into(), x, y, near: false }
}

/// A full room of `columns` × `rows` tables; the neighbours of the one in the middle are marked as the kiosk marks them.
pub fn full_room(columns: usize, rows: usize) -> Vec<TableSpot> {
    let share = |at: usize, of: usize, from: f32, to: f32| from + (to - from) * at as f32 / (of - 1) as f32;
    let place =
        |number: usize| (share(number % columns, columns, 0.04, 0.96), share(number / columns, rows, 0.2, 0.82));
    let mut tables: Vec<TableSpot> =
        (0..columns * rows).map(|number| spot(&(number + 1).to_string(), place(number).0, place(number).1)).collect();
    let own = tables[middle_of(columns, rows)].clone();
    let nearest = |tables: &[TableSpot], away: &dyn Fn(f32, f32) -> f32| {
        let far = |at: &usize| away(tables[*at].x - own.x, tables[*at].y - own.y);
        (0..tables.len()).filter(|at| far(at) < 9.0).min_by(|a, b| far(a).total_cmp(&far(b)))
    };
    let beside = |far: f32, aside: f32, least: f32| if far > least && aside.abs() < 0.01 { far } else { 9.0 };
    let sides: [&dyn Fn(f32, f32) -> f32; 4] = [
        &|dx, dy| beside(dx, dy, 0.095),
        &|dx, dy| beside(-dx, dy, 0.095),
        &|dx, dy| beside(dy, dx, 0.13),
        &|dx, dy| beside(-dy, dx, 0.13),
    ];
    for side in sides {
        if let Some(at) = nearest(&tables, side) {
            tables[at].near = true;
        }
    }
    tables
}

/// The table that is lit in a full room.
pub fn middle_of(columns: usize, rows: usize) -> usize {
    rows / 2 * columns + columns / 3
}

/// From the reader's place to a table: up an aisle, across behind its row, to its side.
pub fn way(here: (f32, f32), aisle_x: f32, behind_y: f32, own: &TableSpot) -> Vec<WayLeg> {
    let front = (here.1 + 0.82) / 2.0;
    let corners = [here, (here.0, front), (aisle_x, front), (aisle_x, behind_y), (own.x, behind_y), (own.x, own.y)];
    corners.windows(2).map(|leg| WayLeg { x1: leg[0].0, y1: leg[0].1, x2: leg[1].0, y2: leg[1].1 }).collect()
}
