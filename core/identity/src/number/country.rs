//! Countries by number, for permanent-resident cards, and by letters, for social security numbers.

/// ISO 3166-1: three digits and three letters a country, in the order of the digits.
const COUNTRIES: &str = "\
    004AFG008ALB010ATA012DZA016ASM020AND024AGO028ATG031AZE032ARG036AUS040AUT044BHS048BHR050BGD051ARM052BRB056BEL\
    060BMU064BTN068BOL070BIH072BWA074BVT076BRA084BLZ086IOT090SLB092VGB096BRN100BGR104MMR108BDI112BLR116KHM120CMR\
    124CAN132CPV136CYM140CAF144LKA148TCD152CHL156CHN158TWN162CXR166CCK170COL174COM175MYT178COG180COD184COK188CRI\
    191HRV192CUB196CYP203CZE204BEN208DNK212DMA214DOM218ECU222SLV226GNQ231ETH232ERI233EST234FRO238FLK239SGS242FJI\
    246FIN248ALA250FRA254GUF258PYF260ATF262DJI266GAB268GEO270GMB275PSE276DEU288GHA292GIB296KIR300GRC304GRL308GRD\
    312GLP316GUM320GTM324GIN328GUY332HTI334HMD336VAT340HND344HKG348HUN352ISL356IND360IDN364IRN368IRQ372IRL376ISR\
    380ITA384CIV388JAM392JPN398KAZ400JOR404KEN408PRK410KOR414KWT417KGZ418LAO422LBN426LSO428LVA430LBR434LBY438LIE\
    440LTU442LUX446MAC450MDG454MWI458MYS462MDV466MLI470MLT474MTQ478MRT480MUS484MEX492MCO496MNG498MDA499MNE500MSR\
    504MAR508MOZ512OMN516NAM520NRU524NPL528NLD531CUW533ABW534SXM535BES540NCL548VUT554NZL558NIC562NER566NGA570NIU\
    574NFK578NOR580MNP581UMI583FSM584MHL585PLW586PAK591PAN598PNG600PRY604PER608PHL612PCN616POL620PRT624GNB626TLS\
    630PRI634QAT638REU642ROU643RUS646RWA652BLM654SHN659KNA660AIA662LCA663MAF666SPM670VCT674SMR678STP682SAU686SEN\
    688SRB690SYC694SLE702SGP703SVK704VNM705SVN706SOM710ZAF716ZWE724ESP728SSD729SDN732ESH740SUR744SJM748SWZ752SWE\
    756CHE760SYR762TJK764THA768TGO772TKL776TON780TTO784ARE788TUN792TUR795TKM796TCA798TUV800UGA804UKR807MKD818EGY\
    826GBR831GGY832JEY833IMN834TZA840USA850VIR854BFA858URY860UZB862VEN876WLF882WSM887YEM894ZMB";

fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let at = |from: usize| COUNTRIES.get(from..from + 3).unwrap_or_default();
    (0..COUNTRIES.len())
        .step_by(6)
        .map(move |start| (at(start), at(start + 3)))
}

/// The three letters of a country with this number of three digits (ISO 3166-1 numeric).
pub(super) fn by_number(number: &str) -> Option<&'static str> {
    countries()
        .find(|(digits, _)| *digits == number)
        .map(|(_, letters)| letters)
}

/// Whether the three letters are a country's (ISO 3166-1 alpha-3).
pub(super) fn is_country(letters: &str) -> bool {
    countries().any(|(_, found)| found == letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_whole_and_ordered() {
        assert_eq!(COUNTRIES.len() % 6, 0);
        let all: Vec<_> = countries().collect();
        assert_eq!(all.len(), 249);
        assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let good = |text: &str, digits: bool| {
            text.len() == 3
                && text.bytes().all(|b| {
                    if digits {
                        b.is_ascii_digit()
                    } else {
                        b.is_ascii_uppercase()
                    }
                })
        };
        assert!(
            all.iter()
                .all(|(number, letters)| good(number, true) && good(letters, false))
        );
        for (number, letters) in [
            ("276", "DEU"),
            ("398", "KAZ"),
            ("840", "USA"),
            ("004", "AFG"),
            ("894", "ZMB"),
            ("724", "ESP"),
        ] {
            assert_eq!(by_number(number), Some(letters));
        }
        assert_eq!(by_number("000"), None);
        assert!(is_country("DEU") && !is_country("GBD") && !is_country("D") && !is_country("UNO"));
    }
}
