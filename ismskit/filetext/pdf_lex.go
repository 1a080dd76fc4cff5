package filetext

import (
	"bytes"
	"fmt"
	"strconv"
)

// What a PDF is made of: nil, bool, float64, pdfString, pdfName, pdfRef, []any, pdfDict,
// and in a content stream pdfWord, an operator.
type (
	pdfString string
	pdfName   string
	pdfWord   string
	pdfRef    int // the number of an object; its generation says nothing to us
	pdfDict   map[pdfName]any
)

// maxValues is how many values one object, or the operands of one operator, may have.
const maxValues = 500_000

// pdfLexer reads values one after the other. It never goes back, so that its time is that
// of the bytes it is given.
type pdfLexer struct {
	j      *job
	b      []byte
	at     int
	values int
	stream bool // of content: nothing refers to objects
}

var errPDFEnd = fmt.Errorf("%w: a PDF object has no end", ErrBroken)

func pdfSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func pdfDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// blank goes over spaces and comments.
func (l *pdfLexer) blank() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case pdfSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// value reads the next value; errPDFEnd behind the last.
func (l *pdfLexer) value(depth int) (any, error) {
	if err := l.j.step(); err != nil {
		return nil, err
	}
	if l.values++; l.values > maxValues {
		return nil, fmt.Errorf("%w: a PDF object of more than %d values", ErrTooLarge, maxValues)
	}
	if depth > min(l.j.limits.Depth, 256) {
		return nil, fmt.Errorf("%w: PDF objects deeper than %d", ErrTooLarge, l.j.limits.Depth)
	}
	l.blank()
	if l.at >= len(l.b) {
		return nil, errPDFEnd
	}
	switch c := l.b[l.at]; {
	case c == '/':
		return l.name(), nil
	case c == '(':
		return l.literal()
	case c == '<' && l.at+1 < len(l.b) && l.b[l.at+1] == '<':
		l.at += 2
		return l.dict(depth)
	case c == '<':
		return l.hex()
	case c == '[':
		l.at++
		return l.array(depth)
	case pdfDelimiter(c): // a bracket that closes nothing
		l.at++
		if c == '>' && l.at < len(l.b) && l.b[l.at] == '>' {
			l.at++
			return pdfWord(">>"), nil
		}
		return pdfWord(string(c)), nil
	}
	return l.word(), nil
}

// word reads a number, a reference, a constant or an operator.
func (l *pdfLexer) word() any {
	from := l.at
	for l.at < len(l.b) && !pdfSpace(l.b[l.at]) && !pdfDelimiter(l.b[l.at]) {
		l.at++
	}
	w := string(l.b[from:min(l.at, from+64)])
	if c := w[0]; c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9' {
		n, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return 0.0 // as readers of PDF take "--5" and the like
		}
		if !l.stream && n >= 0 && n == float64(int32(n)) {
			if l.reference() {
				return pdfRef(n)
			}
		}
		return n
	}
	switch w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return pdfWord(w)
}

// reference goes over the "0 R" that makes a reference of a number.
func (l *pdfLexer) reference() bool {
	i := l.at
	for ; i < len(l.b) && i-l.at < 8 && pdfSpace(l.b[i]); i++ {
	}
	digits := i
	for ; i < len(l.b) && i-digits < 6 && l.b[i] >= '0' && l.b[i] <= '9'; i++ {
	}
	gap := i
	for ; i < len(l.b) && i-gap < 8 && pdfSpace(l.b[i]); i++ {
	}
	if digits == l.at || gap == digits || i == gap || i >= len(l.b) || l.b[i] != 'R' {
		return false
	}
	if i+1 < len(l.b) && !pdfSpace(l.b[i+1]) && !pdfDelimiter(l.b[i+1]) {
		return false
	}
	l.at = i + 1
	return true
}

func (l *pdfLexer) name() pdfName {
	l.at++
	var out []byte
	for l.at < len(l.b) && !pdfSpace(l.b[l.at]) && !pdfDelimiter(l.b[l.at]) {
		c := l.b[l.at]
		if c == '#' && l.at+2 < len(l.b) {
			hi, lo := unhex(l.b[l.at+1]), unhex(l.b[l.at+2])
			if hi >= 0 && lo >= 0 {
				c = byte(hi<<4 | lo)
				l.at += 2
			}
		}
		out = append(out, c)
		l.at++
	}
	return pdfName(out)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// literal reads (text), in which brackets may lie within each other.
func (l *pdfLexer) literal() (any, error) {
	l.at++
	var out []byte
	for open := 1; l.at < len(l.b); l.at++ {
		c := l.b[l.at]
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return pdfString(out), nil
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return nil, errPDFEnd
}

// escape reads what follows a backslash and stops at its last byte: a backslash that ends
// the data stands for nothing.
func (l *pdfLexer) escape(out []byte) []byte {
	if l.at+1 >= len(l.b) {
		return out
	}
	l.at++
	c := l.b[l.at]
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b', 'f':
		return append(out, ' ')
	case '\r':
		if l.at+1 < len(l.b) && l.b[l.at+1] == '\n' {
			l.at++
		}
		return out
	case '\n':
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	n := 0
	for i := 0; i < 3 && l.at < len(l.b) && l.b[l.at] >= '0' && l.b[l.at] <= '7'; i++ {
		n = n<<3 | int(l.b[l.at]-'0')
		l.at++
	}
	l.at--
	return append(out, byte(n))
}

func (l *pdfLexer) hex() (any, error) {
	l.at++
	var out []byte
	half := -1
	for ; l.at < len(l.b); l.at++ {
		c := l.b[l.at]
		if c == '>' {
			l.at++
			if half >= 0 {
				out = append(out, byte(half<<4))
			}
			return pdfString(out), nil
		}
		n := unhex(c)
		switch {
		case n < 0:
		case half < 0:
			half = n
		default:
			out = append(out, byte(half<<4|n))
			half = -1
		}
	}
	return nil, errPDFEnd
}

func (l *pdfLexer) array(depth int) (any, error) {
	out := []any{}
	for {
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		switch w, _ := v.(pdfWord); w {
		case "]":
			return out, nil
		case "endobj", "endstream", "obj":
			return nil, errPDFEnd
		}
		out = append(out, v)
	}
}

func (l *pdfLexer) dict(depth int) (any, error) {
	out := pdfDict{}
	for {
		k, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		switch w, _ := k.(pdfWord); w {
		case ">>":
			return out, nil
		case "endobj", "endstream", "obj":
			return nil, errPDFEnd
		}
		name, ok := k.(pdfName)
		if !ok {
			continue // out of step: the next name sets it right
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if v == pdfWord(">>") {
			return out, nil
		}
		out[name] = v
	}
}
