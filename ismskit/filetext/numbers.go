package filetext

import (
	"strconv"
	"strings"
)

const (
	mostCounted = 9999 // the highest number that is written in another way than in digits
	stems       = "甲乙丙丁戊己庚辛壬癸"
	branches    = "子丑寅卯辰巳午未申酉戌亥"
	circled     = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
)

// counted writes a number in one of Word's ways (ST_NumberFormat). One that it does not know
// is written in digits.
func counted(n int, way string) string {
	if n < 0 || n > mostCounted {
		return strconv.Itoa(n)
	}
	switch way {
	case "none", "bullet":
		return ""
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case "decimalFullWidth", "decimalFullWidth2":
		return digitsAs(n, "０１２３４５６７８９")
	case "taiwaneseCounting", "taiwaneseCountingThousand", "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigitalCounting":
		return chinese(n, "零一二三四五六七八九", "十百千")
	case "ideographLegalTraditional":
		return chinese(n, "零壹貳參肆伍陸柒捌玖", "拾佰仟")
	case "chineseLegalSimplified":
		return chinese(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟")
	case "japaneseLegal":
		return chinese(n, "零壱弐参四伍六七八九", "拾百阡")
	case "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand":
		return digitsAs(n, "〇一二三四五六七八九")
	case "ideographTraditional":
		return nth(n, stems)
	case "ideographZodiac":
		return nth(n, branches)
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese", "ideographEnclosedCircle":
		return nth(n, circled)
	case "decimalEnclosedParen":
		return "(" + strconv.Itoa(n) + ")"
	case "decimalEnclosedFullstop":
		return strconv.Itoa(n) + "."
	case "upperLetter":
		return lettered(n, 'A')
	case "lowerLetter":
		return lettered(n, 'a')
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	}
	return strconv.Itoa(n)
}

// wayOf is the way of Word's that a number format of ODF is, told by the sample that it is.
func wayOf(format string) string {
	for sample, way := range map[string]string{
		"i": "lowerRoman", "I": "upperRoman", "a": "lowerLetter", "A": "upperLetter", "１": "decimalFullWidth", "一": "taiwaneseCountingThousand",
		"壹": "ideographLegalTraditional", "甲": "ideographTraditional", "子": "ideographZodiac", "①": "decimalEnclosedCircle", "〇": "ideographDigital",
	} {
		if strings.HasPrefix(format, sample) {
			if sample == "壹" && strings.Contains(format, "贰") {
				return "chineseLegalSimplified"
			}
			return way
		}
	}
	return "decimal"
}

func digitsAs(n int, digits string) string {
	to := []rune(digits)
	return strings.Map(func(r rune) rune { return to[r-'0'] }, strconv.Itoa(n))
}

// nth is the n-th of some signs, from 1; beyond them the number in digits.
func nth(n int, signs string) string {
	if list := []rune(signs); n >= 1 && n <= len(list) {
		return string(list[n-1])
	}
	return strconv.Itoa(n)
}

// chinese writes 21 as 二十一, 105 as 一百零五 and 12 as 十二, with any signs.
func chinese(n int, digits, units string) string {
	d, u := []rune(digits), []rune(units)
	if n == 0 {
		return string(d[0])
	}
	var out []rune
	gap := false
	for place := 3; place >= 0; place-- {
		unit := 1
		for range place {
			unit *= 10
		}
		digit := n / unit % 10
		switch {
		case digit == 0:
			gap = len(out) > 0
			continue
		case gap:
			out = append(out, d[0])
		}
		gap = false
		if digit != 1 || place != 1 || len(out) > 0 { // 十二, but 一百一十二
			out = append(out, d[digit])
		}
		if place > 0 {
			out = append(out, u[place-1])
		}
	}
	return string(out)
}

// lettered writes 1 as A, 26 as Z and 27 as AA, as Word does.
func lettered(n int, first rune) string {
	if n < 1 || n > 26*10 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.value {
			b.WriteString(r.sign)
			n -= r.value
		}
	}
	return b.String()
}

// maxLevels is how deep a list may be numbered: Word has 9 levels, ODF 10.
const maxLevels = 10

// numberLevel is how the paragraphs of a level are numbered.
type numberLevel struct {
	known  bool
	way    string // as counted takes it
	text   string // "%1.%2、": the numbers of its own and of higher levels in their place
	start  int
	legal  bool // all its numbers in digits
	never  bool // does not begin again under a higher level
	styled string
}

// counter counts the paragraphs of one list.
type counter struct {
	at  [maxLevels]int
	has [maxLevels]bool
}

// next is the number of the next paragraph at a level.
func (c *counter) next(levels *[maxLevels]numberLevel, level int) string {
	if c.has[level] {
		c.at[level]++
	} else {
		c.at[level], c.has[level] = levels[level].start, true
	}
	c.at[level] = min(c.at[level], 1_000_000)
	for deeper := level + 1; deeper < maxLevels; deeper++ {
		if !levels[deeper].never {
			c.has[deeper] = false
		}
	}
	own := levels[level]
	if own.way == "bullet" {
		return bulletMark
	}
	out := own.text
	for i := level; i >= 0; i-- {
		sign := "%" + strconv.Itoa(i+1)
		if !strings.Contains(out, sign) {
			continue
		}
		if !c.has[i] { // a level that no paragraph has had yet
			c.at[i], c.has[i] = levels[i].start, true
		}
		way := levels[i].way
		if own.legal {
			way = "decimal"
		}
		out = strings.ReplaceAll(out, sign, counted(c.at[i], way))
	}
	return out
}

// bulletMark is how an item without a number begins, as in Markdown.
const bulletMark = "-"
