package calendar

import "strings"

// Digits as they are written in running text and, against forgery, on vouchers.
var chineseDigits = map[rune]int{
	'〇': 0, '○': 0, '零': 0,
	'一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '貳': 2, '參': 3, '肆': 4, '伍': 5, '陸': 6, '柒': 7, '捌': 8, '玖': 9,
}

// chineseTens are the signs that carry a ten: 廿 is 20 and 卅 is 30 by themselves.
var chineseTens = map[rune]int{'十': 10, '拾': 10, '廿': 20, '卅': 30}

const (
	chineseHundreds = "百佰"
	chineseFirst    = '元' // 元年, 元月: the first
)

func isNumeral(r rune) bool {
	_, digit := chineseDigits[r]
	_, ten := chineseTens[r]
	return digit || ten || r == chineseFirst || strings.ContainsRune(chineseHundreds, r)
}

// readNumeral reads a Chinese numeral below 1000 written by place value (一百十五,
// 一百零七, 廿三) or one of up to four digits in a row (一一五, 二〇二六). It returns the
// value and the number of digits it has.
func readNumeral(rs []rune) (value, digits int, ok bool) {
	if len(rs) == 1 && rs[0] == chineseFirst {
		return 1, 1, true
	}
	if value, ok := digitByDigit(rs); ok {
		return value, len(rs), true
	}
	value, ok = byPlace(rs)
	return value, decimalDigits(value), ok
}

func digitByDigit(rs []rune) (int, bool) {
	if len(rs) == 0 || len(rs) > 4 {
		return 0, false
	}
	value := 0
	for _, r := range rs {
		d, ok := chineseDigits[r]
		if !ok {
			return 0, false
		}
		value = value*10 + d
	}
	return value, true
}

func byPlace(rs []rune) (int, bool) {
	value, skippedTens := 0, false
	if len(rs) >= 2 && chineseDigits[rs[0]] > 0 && strings.ContainsRune(chineseHundreds, rs[1]) {
		value, rs = chineseDigits[rs[0]]*100, rs[2:]
		if len(rs) > 0 && isZeroSign(rs[0]) {
			skippedTens, rs = true, rs[1:]
			if len(rs) == 0 {
				return 0, false
			}
		}
	}
	if !skippedTens {
		tens, used := leadingTens(rs)
		value, rs = value+tens, rs[used:]
	}
	switch {
	case len(rs) == 0:
		return value, value > 0
	case len(rs) == 1 && chineseDigits[rs[0]] > 0:
		return value + chineseDigits[rs[0]], true
	}
	return 0, false
}

// leadingTens reads 十, 四十 or 廿 at the front of rs and says how many signs it used.
func leadingTens(rs []rune) (tens, used int) {
	if len(rs) >= 1 && chineseTens[rs[0]] > 0 {
		return chineseTens[rs[0]], 1
	}
	if len(rs) >= 2 && chineseDigits[rs[0]] > 0 && chineseTens[rs[1]] == 10 {
		return chineseDigits[rs[0]] * 10, 2
	}
	return 0, 0
}

func isZeroSign(r rune) bool {
	d, ok := chineseDigits[r]
	return ok && d == 0
}

func decimalDigits(n int) int {
	count := 1
	for n >= 10 {
		n, count = n/10, count+1
	}
	return count
}
