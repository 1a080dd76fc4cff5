package workflow

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// constant is a value that a condition compares a field with: a string, a
// float64, a bool, or nil for a field without a value.
type constant any

// simple is a condition over one field and constants. Anything else is not
// simple, and then nothing can be proved about it.
type simple struct {
	field     string // "" for a condition without any field
	constants []constant
	holds     func(field constant) bool
}

// readSimple reads a condition of the form: comparisons of one field with
// constants, joined by and, or, not. ok is false for everything else.
func readSimple(src string) (simple, bool) {
	words, ok := scan(src)
	if !ok {
		return simple{}, false
	}
	p := &conditionParser{words: words}
	holds := p.or()
	if p.failed || p.at != len(p.words) {
		return simple{}, false
	}
	return simple{field: p.field, constants: p.constants, holds: holds}, true
}

type wordKind byte

const (
	isSign wordKind = iota
	isName
	isConstant
)

type lexeme struct {
	kind  wordKind
	text  string
	value constant
}

func scan(src string) ([]lexeme, bool) {
	var out []lexeme
	for src = strings.TrimSpace(src); src != ""; src = strings.TrimSpace(src) {
		w, n := scanOne(src)
		if n == 0 || len(out) > 400 {
			return nil, false
		}
		out = append(out, w)
		src = src[n:]
	}
	return out, true
}

func scanOne(src string) (lexeme, int) {
	for _, sign := range []string{"==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ","} {
		if strings.HasPrefix(src, sign) {
			return lexeme{kind: isSign, text: sign}, len(sign)
		}
	}
	switch c := src[0]; {
	case c == '\'' || c == '"':
		end := strings.IndexByte(src[1:], c)
		if end < 0 || strings.Contains(src[1:end+1], `\`) {
			return lexeme{}, 0
		}
		return lexeme{kind: isConstant, value: src[1 : end+1]}, end + 2
	case c >= '0' && c <= '9' || c == '-':
		n := 1
		for n < len(src) && (src[n] >= '0' && src[n] <= '9' || src[n] == '.') {
			n++
		}
		v, err := strconv.ParseFloat(src[:n], 64)
		if err != nil {
			return lexeme{}, 0
		}
		return lexeme{kind: isConstant, value: v}, n
	}
	return scanName(src)
}

func scanName(src string) (lexeme, int) {
	n := 0
	for n < len(src) {
		r, size := utf8.DecodeRuneInString(src[n:])
		if !unicode.IsLetter(r) && r != '_' && (n == 0 || !unicode.IsDigit(r) && r != '.') {
			break
		}
		n += size
	}
	switch name := src[:n]; name {
	case "":
		return lexeme{}, 0
	case "and":
		return lexeme{kind: isSign, text: "&&"}, n
	case "or":
		return lexeme{kind: isSign, text: "||"}, n
	case "not":
		return lexeme{kind: isSign, text: "!"}, n
	case "in":
		return lexeme{kind: isSign, text: "in"}, n
	case "true", "false":
		return lexeme{kind: isConstant, value: name == "true"}, n
	case "nil":
		return lexeme{kind: isConstant, value: nil}, n
	default:
		return lexeme{kind: isName, text: name}, n
	}
}

type conditionParser struct {
	words     []lexeme
	at        int
	field     string
	constants []constant
	failed    bool
}

func (p *conditionParser) fail() func(constant) bool {
	p.failed = true
	return func(constant) bool { return false }
}

func (p *conditionParser) sign(text string) bool {
	if p.at < len(p.words) && p.words[p.at].kind == isSign && p.words[p.at].text == text {
		p.at++
		return true
	}
	return false
}

func (p *conditionParser) or() func(constant) bool {
	left := p.and()
	for !p.failed && p.sign("||") {
		a, b := left, p.and()
		left = func(v constant) bool { return a(v) || b(v) }
	}
	return left
}

func (p *conditionParser) and() func(constant) bool {
	left := p.not()
	for !p.failed && p.sign("&&") {
		a, b := left, p.not()
		left = func(v constant) bool { return a(v) && b(v) }
	}
	return left
}

func (p *conditionParser) not() func(constant) bool {
	if p.sign("!") {
		inner := p.not()
		return func(v constant) bool { return !inner(v) }
	}
	if p.sign("(") {
		inner := p.or()
		if !p.sign(")") {
			return p.fail()
		}
		return inner
	}
	return p.comparison()
}

func (p *conditionParser) comparison() func(constant) bool {
	left, ok := p.operand()
	if !ok {
		return p.fail()
	}
	if left.kind == isName && p.sign("in") {
		return p.among()
	}
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if !p.sign(op) {
			continue
		}
		right, ok := p.operand()
		if !ok || left.kind == right.kind {
			return p.fail()
		}
		if left.kind == isConstant {
			left, right, op = right, left, mirrored(op)
		}
		p.constants = append(p.constants, right.value)
		return func(v constant) bool { return compare(v, op, right.value) }
	}
	if left.kind == isName { // a boolean field standing alone
		p.constants = append(p.constants, true, false)
		return func(v constant) bool { return v == true }
	}
	if b, ok := left.value.(bool); ok {
		return func(constant) bool { return b }
	}
	return p.fail()
}

func (p *conditionParser) operand() (lexeme, bool) {
	if p.at >= len(p.words) || p.words[p.at].kind == isSign {
		return lexeme{}, false
	}
	w := p.words[p.at]
	p.at++
	if w.kind == isName {
		if p.field != "" && p.field != w.text {
			return w, false
		}
		p.field = w.text
	}
	return w, true
}

func (p *conditionParser) among() func(constant) bool {
	if !p.sign("[") {
		return p.fail()
	}
	var list []constant
	for !p.sign("]") {
		if len(list) > 0 && !p.sign(",") {
			return p.fail()
		}
		w, ok := p.operand()
		if !ok || w.kind != isConstant {
			return p.fail()
		}
		list = append(list, w.value)
	}
	p.constants = append(p.constants, list...)
	return func(v constant) bool {
		for _, c := range list {
			if v == c {
				return true
			}
		}
		return false
	}
}

func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case ">":
		return "<"
	case "<=":
		return ">="
	case ">=":
		return "<="
	}
	return op
}

func compare(v constant, op string, c constant) bool {
	switch op {
	case "==":
		return v == c
	case "!=":
		return v != c
	}
	if a, ok := v.(float64); ok {
		if b, ok := c.(float64); ok {
			return op == "<" && a < b || op == "<=" && a <= b || op == ">" && a > b || op == ">=" && a >= b
		}
	}
	return false
}
