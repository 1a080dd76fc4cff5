package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// isoDay is how days come out of a workbook, however they are shown in it: one that shows "12/1" is of a year all the same.
const isoDay = "yyyy-mm-dd hh:mm:ss"

// daysAsISO changes the styles of a workbook in memory, so that its cells are read as what they are: days as ISO, numbers
// as they are kept. What is shown with leading zeros keeps them, for a code is what people see; so does a percentage.
func daysAsISO(book *excelize.File) error {
	format := isoDay
	ours, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	styles := book.Styles
	if styles == nil || styles.CellXfs == nil || ours >= len(styles.CellXfs.Xf) || styles.CellXfs.Xf[ours].NumFmtID == nil {
		return nil
	}
	iso, general := *styles.CellXfs.Xf[ours].NumFmtID, 0
	codes := map[int]string{}
	if styles.NumFmts != nil {
		for _, f := range styles.NumFmts.NumFmt {
			codes[f.NumFmtID] = f.FormatCode
			if f.FormatCode16 != "" {
				codes[f.NumFmtID] = f.FormatCode16
			}
		}
	}
	for i := range styles.CellXfs.Xf {
		id := styles.CellXfs.Xf[i].NumFmtID
		if id == nil || i == ours {
			continue
		}
		code, custom := codes[*id]
		switch {
		case custom && dayFormat(code), !custom && dayNumber(*id):
			day := iso
			styles.CellXfs.Xf[i].NumFmtID = &day
		case custom && strings.Trim(code, "0@") == "", custom && strings.Contains(code, "%"), *id == 9, *id == 10, *id == 49:
		default:
			styles.CellXfs.Xf[i].NumFmtID = &general
		}
	}
	return nil
}

// dayNumber says which of the formats that a workbook need not spell out are days or times; 27 to 36 and 50 to 58 are those
// of East Asian languages.
func dayNumber(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dayFormat says whether a number format writes a day or a time: it has a letter of one outside of quotation marks,
// brackets and escapes.
func dayFormat(code string) bool {
	code = strings.ToLower(code)
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			end := map[byte]string{'"': `"`, '[': "]"}[code[i]]
			j := strings.Index(code[i+1:], end)
			if j < 0 {
				return false
			}
			if inside := code[i+1 : i+1+j]; code[i] == '[' && (inside == "h" || inside == "hh" || inside == "m" || inside == "mm" || inside == "s" || inside == "ss") {
				return false // a duration
			}
			i += j + 1
		case '\\', '_', '*':
			i++
		case 'y', 'm', 'd', 'h', 's':
			return true
		case 'e':
			if i+1 >= len(code) || code[i+1] != '+' && code[i+1] != '-' { // 1E+05 is a number
				return true
			}
		case 'g':
			if strings.HasPrefix(code[i:], "general") {
				return false
			}
			return true // an era, as in gge
		}
	}
	return false
}

// plainDay takes off what a day, or a time of day, has only because it was written in full.
func plainDay(text string) string {
	if len(text) != len("2026-12-01 08:30:00") || text[4] != '-' || text[13] != ':' {
		return text
	}
	if day, ok := strings.CutSuffix(text, " 00:00:00"); ok {
		return day
	}
	text = strings.TrimSuffix(text, ":00")
	if clock, ok := strings.CutPrefix(text, "1899-12-30 "); ok {
		return clock
	}
	if clock, ok := strings.CutPrefix(text, "1899-12-31 "); ok {
		return clock
	}
	return text
}
