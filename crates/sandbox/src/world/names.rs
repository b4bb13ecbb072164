//! Names of generated members: varied scripts, lengths and spellings, as a real list of members is.

/// A name as its bearer writes it, and the Latin letters used for the address.
pub(super) type Name = (&'static str, &'static str);

/// First and last names that belong together.
pub(super) struct Culture {
    pub(super) country: &'static str,
    pub(super) first: &'static [Name],
    pub(super) last: &'static [Name],
}

const fn culture(country: &'static str, first: &'static [Name], last: &'static [Name]) -> Culture {
    Culture {
        country,
        first,
        last,
    }
}

#[rustfmt::skip]
pub(super) const CULTURES: &[Culture] = &[
    culture("GB",
        &[("Amelia", "amelia"), ("Jack", "jack"), ("Jo", "jo"), ("Beatrice", "beatrice"), ("Rupert", "rupert"), ("Imogen", "imogen")],
        &[("Clarke", "clarke"), ("O’Brien", "obrien"), ("Featherstonehaugh-Cholmondeley", "featherstonehaugh-cholmondeley"), ("Webb", "webb"), ("Ng", "ng"), ("Ashworth", "ashworth")]),
    culture("FR",
        &[("Éloïse", "eloise"), ("Jean-Baptiste", "jean-baptiste"), ("Zoé", "zoe"), ("Gaël", "gael"), ("Maëlle", "maelle"), ("Luc", "luc")],
        &[("Lefèvre", "lefevre"), ("d’Alembert", "dalembert"), ("Roux", "roux"), ("Châtelain", "chatelain"), ("Nguyen", "nguyen"), ("Benoît", "benoit")]),
    culture("DE",
        &[("Jürgen", "juergen"), ("Käthe", "kaethe"), ("Uwe", "uwe"), ("Friederike", "friederike"), ("Sören", "soeren"), ("Anke", "anke")],
        &[("Groß", "gross"), ("von der Heide", "vonderheide"), ("Wolfeschlegelsteinhausenbergerdorff", "wolfeschlegelsteinhausenbergerdorff"), ("Yılmaz", "yilmaz"), ("Ott", "ott"), ("Krüger", "krueger")]),
    culture("PL",
        &[("Łukasz", "lukasz"), ("Agnieszka", "agnieszka"), ("Żaneta", "zaneta"), ("Ewa", "ewa"), ("Grzegorz", "grzegorz"), ("Jan", "jan")],
        &[("Brzęczyszczykiewicz", "brzeczyszczykiewicz"), ("Wójcik", "wojcik"), ("Zając", "zajac"), ("Nowak", "nowak"), ("Śliwa", "sliwa"), ("Kos", "kos")]),
    culture("GR",
        &[("Ελένη", "eleni"), ("Γιώργος", "giorgos"), ("Ίρις", "iris"), ("Νίκος", "nikos")],
        &[("Παπαδόπουλος", "papadopoulos"), ("Ράλλης", "rallis"), ("Κωνσταντίνου", "konstantinou"), ("Βέης", "veis")]),
    culture("UA",
        &[("Олена", "olena"), ("Ігор", "ihor"), ("Ярослава", "yaroslava"), ("Юрій", "yurii")],
        &[("Шевченко", "shevchenko"), ("Коваль", "koval"), ("Мельничук", "melnychuk"), ("Їжак", "yizhak")]),
    culture("IN",
        &[("अनन्या", "ananya"), ("विक्रम", "vikram"), ("मीरा", "meera"), ("आरव", "aarav")],
        &[("शर्मा", "sharma"), ("अय्यर", "iyer"), ("चट्टोपाध्याय", "chattopadhyay"), ("सिंह", "singh")]),
    culture("CN",
        &[("伟", "wei"), ("秀英", "xiuying"), ("子涵", "zihan"), ("丽", "li")],
        &[("王", "wang"), ("欧阳", "ouyang"), ("李", "li"), ("鄂", "e")]),
    culture("JP",
        &[("結衣", "yui"), ("翔太", "shota"), ("さくら", "sakura"), ("一", "hajime")],
        &[("佐藤", "sato"), ("勅使河原", "teshigawara"), ("小林", "kobayashi"), ("森", "mori")]),
    culture("KR",
        &[("서연", "seoyeon"), ("민준", "minjun"), ("하은", "haeun"), ("솔", "sol")],
        &[("김", "kim"), ("황보", "hwangbo"), ("이", "yi"), ("박", "park")]),
    culture("EG",
        &[("ليلى", "layla"), ("يوسف", "yusuf"), ("نور", "nur"), ("عبد الرحمن", "abdelrahman")],
        &[("المصري", "elmasry"), ("حداد", "haddad"), ("الشريف", "elsherif"), ("نصر", "nasr")]),
    culture("IL",
        &[("נועה", "noa"), ("איתן", "eitan"), ("רות", "ruth"), ("אור", "or")],
        &[("כהן", "cohen"), ("פרידמן", "friedman"), ("לוי", "levi"), ("שץ", "schatz")]),
    culture("NG",
        &[("Adébáyọ̀", "adebayo"), ("Chidinma", "chidinma"), ("Oluwaseun", "oluwaseun"), ("Ife", "ife")],
        &[("Okonkwo", "okonkwo"), ("Adeyemi-Balogun", "adeyemi-balogun"), ("Ṣóyínká", "soyinka"), ("Eze", "eze")]),
    culture("BR",
        &[("João Pedro", "joaopedro"), ("Conceição", "conceicao"), ("Inês", "ines"), ("Raí", "rai")],
        &[("Gonçalves", "goncalves"), ("de Souza e Silva", "desouzaesilva"), ("Sá", "sa"), ("Magalhães", "magalhaes")]),
    culture("VN",
        &[("Thị Minh Khai", "minhkhai"), ("Đức", "duc"), ("Ánh", "anh"), ("Bảo", "bao")],
        &[("Nguyễn", "nguyen"), ("Đặng", "dang"), ("Võ", "vo"), ("Lý", "ly")]),
];
