package document

import (
	"regexp"
	"strconv"
	"strings"
)

// The marks that open a clause. Brackets may be full-width.
var marks = []struct {
	depth Depth
	re    *regexp.Regexp
}{
	{Chapter, regexp.MustCompile(`^([壹貳參肆伍陸柒捌玖拾]{1,4})、[ \t　]*`)},
	{Section, regexp.MustCompile(`^([一二三四五六七八九十百]{1,5})、[ \t　]*`)},
	{Item, regexp.MustCompile(`^[(（]([一二三四五六七八九十百]{1,5})[)）][ \t　]*`)},
	{Point, regexp.MustCompile(`^([0-9０-９]{1,3})(?:[.．][ \t　]+|、[ \t　]*)`)},
	{SubPoint, regexp.MustCompile(`^[(（]([0-9０-９]{1,3})[)）][ \t　]*`)},
}

// opening reads the mark at the start of a line; depth is 0 where there is none.
func opening(line string) (depth Depth, number, rest string) {
	for _, m := range marks {
		found := m.re.FindStringSubmatch(line)
		if found == nil || numberValue(found[1]) == 0 {
			continue
		}
		number = found[1]
		if m.depth >= Point {
			number = strconv.Itoa(numberValue(number)) // "02" and "２" are 2
		}
		if m.depth == Item || m.depth == SubPoint {
			number = "(" + number + ")"
		}
		return m.depth, number, line[len(found[0]):]
	}
	return 0, "", line
}

var fold = strings.NewReplacer("（", "(", "）", ")", "０", "0", "１", "1", "２", "2", "３", "3", "４", "4",
	"５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// halfWidth turns full-width digits and brackets into plain ones.
func halfWidth(s string) string { return fold.Replace(s) }

var fillers = strings.NewReplacer(" ", "", "\t", "", "　", "", "、", "", ".", "", "．", "")

// plainAddress brings an address to the form in which addresses are compared.
func plainAddress(s string) string { return halfWidth(fillers.Replace(s)) }

var chineseDigits = map[rune]int{
	'一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '貳': 2, '參': 3, '肆': 4, '伍': 5, '陸': 6, '柒': 7, '捌': 8, '玖': 9,
}

// numberValue reads a clause number up to 999, in digits or Chinese numerals; 0
// is none.
func numberValue(s string) int {
	if n, err := strconv.Atoi(halfWidth(s)); err == nil {
		return n
	}
	total, digit := 0, 0
	for _, r := range s {
		switch r {
		case '十', '拾':
			total += max(digit, 1) * 10
			digit = 0
		case '百':
			total += max(digit, 1) * 100
			digit = 0
		default:
			d, ok := chineseDigits[r]
			if !ok || digit != 0 {
				return 0
			}
			digit = d
		}
	}
	return total + digit
}
