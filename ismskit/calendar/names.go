package calendar

// english are the names of the days of the national calendar as the personnel
// administration's English pages and the law on holidays have them. A name that an
// office gave a day itself has none.
var english = map[string]string{
	"開國紀念日":       "Founding Day",
	"小年夜":         "day before Lunar New Year’s Eve",
	"農曆除夕":        "Lunar New Year’s Eve",
	"春節":          "Lunar New Year",
	"和平紀念日":       "Peace Memorial Day",
	"兒童節":         "Children’s Day",
	"兒童節及民族掃墓節":   "Children’s Day and Tomb Sweeping Day",
	"民族掃墓節":       "Tomb Sweeping Day",
	"清明節":         "Tomb Sweeping Day",
	"勞動節":         "Labour Day",
	"端午節":         "Dragon Boat Festival",
	"孔子誕辰紀念日":     "Confucius’ Birthday",
	"孔子誕辰紀念日/教師節": "Confucius’ Birthday and Teachers’ Day",
	"中秋節":         "Mid-Autumn Festival",
	"國慶日":         "National Day",
	"臺灣光復暨金門古寧頭大捷紀念日": "Retrocession and Battle of Guningtou Memorial Day",
	"行憲紀念日": "Constitution Day",
	"放假":    "day off",
	"補假":    "compensatory holiday",
	"調整放假":  "adjusted day off",
	"調整上班":  "make-up working day",
	"補行上班":  "make-up working day",
}

// NameIn is the name of a day in a language, as it is kept where that has no other.
func (d Day) NameIn(lang string) string {
	if name, ok := english[d.Name]; ok && lang == "en" {
		return name
	}
	return d.Name
}
