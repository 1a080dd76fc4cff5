package filetext

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// pdfFont says which letters the codes of a font are.
type pdfFont struct {
	wide    bool // codes of two bytes, unless the map says otherwise
	cmap    *pdfCMap
	letters *[256]string      // of a font with codes of one byte
	coded   encoding.Encoding // of a font whose codes are those of a character set
	widths  map[int]float64   // in thousandths of the size, by code
	usual   float64           // of what has none there, 0 where nothing is known
}

func (p *pdfFile) font(v any) (*pdfFont, error) {
	d, err := p.dict(v)
	if err != nil || d == nil {
		return &pdfFont{letters: lettersOf(nil)}, err
	}
	f := &pdfFont{wide: d["Subtype"] == pdfName("Type0")}
	b, err := p.stream(d["ToUnicode"])
	if err != nil {
		return nil, err
	}
	if b != nil {
		if f.cmap, err = p.cmap(b); err != nil {
			return nil, err
		}
	}
	coding, err := p.get(d["Encoding"])
	if err != nil {
		return nil, err
	}
	if f.wide {
		name, _ := coding.(pdfName)
		if f.coded = characterSet(string(name)); f.coded == nil {
			err = p.wideWidths(f, d)
		}
		return f, err
	}
	if f.letters, err = p.simple(coding); err != nil {
		return nil, err
	}
	first, _ := d["FirstChar"].(float64)
	widths, err := p.array(d["Widths"])
	f.widths = map[int]float64{}
	for i := range min(len(widths), 256) {
		f.width(int(first)+i, widths[i])
	}
	return f, err
}

// width takes a width that the font gives for a code.
func (f *pdfFont) width(code int, v any) {
	if w, ok := v.(float64); ok && code >= 0 && code < maxMapped {
		f.widths[code] = w
	}
}

// wideWidths reads "1 [500 600] 10 20 700": of 1 and 2, and of 10 to 20.
func (p *pdfFile) wideWidths(f *pdfFont, d pdfDict) error {
	below, err := p.array(d["DescendantFonts"])
	if err != nil || len(below) == 0 {
		return err
	}
	cid, err := p.dict(below[0])
	if err != nil {
		return err
	}
	f.widths, f.usual = map[int]float64{}, 1000
	if w, ok := cid["DW"].(float64); ok {
		f.usual = w
	}
	list, err := p.array(cid["W"])
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(list); {
		first, _ := list[i].(float64)
		each, err := p.array(list[i+1])
		if err != nil {
			return err
		}
		if each != nil {
			for k := range min(len(each), maxMapped) {
				f.width(int(first)+k, each[k])
			}
			i += 2
			continue
		}
		last, _ := list[i+1].(float64)
		if i+2 < len(list) {
			for c := max(0, int(first)); c <= int(last) && c < maxMapped; c++ {
				f.width(c, list[i+2])
			}
		}
		if err := p.j.unpack(int(max(0, min(last-first, maxMapped)))); err != nil {
			return err
		}
		i += 3
	}
	return nil
}

// characterSet is the one whose codes a font of East Asian letters uses, nil where its
// codes are numbers of glyphs.
func characterSet(name string) encoding.Encoding {
	switch {
	case strings.Contains(name, "UTF16"), strings.Contains(name, "UCS2"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case strings.Contains(name, "B5"):
		return traditionalchinese.Big5
	case strings.HasPrefix(name, "GB"):
		return simplifiedchinese.GB18030
	}
	return nil
}

func (p *pdfFile) simple(coding any) (*[256]string, error) {
	switch coding := coding.(type) {
	case pdfName:
		if coding == "MacRomanEncoding" {
			return lettersOf(charmap.Macintosh), nil
		}
	case pdfDict:
		base, err := p.simple(coding["BaseEncoding"])
		if err != nil {
			return nil, err
		}
		differences, err := p.array(coding["Differences"])
		at := 0
		for _, d := range differences {
			switch d := d.(type) {
			case float64:
				at = int(max(0, min(d, 256)))
			case pdfName:
				if at < len(base) {
					base[at] = glyphLetter(string(d))
				}
				at++
			}
		}
		return base, err
	}
	return lettersOf(nil), nil
}

// lettersOf are the letters of a character set of one byte, of Windows where none is named.
func lettersOf(set *charmap.Charmap) *[256]string {
	if set == nil {
		set = charmap.Windows1252
	}
	var out [256]string
	for i := range out {
		out[i] = string(set.DecodeByte(byte(i)))
	}
	return &out
}

// glyphNames are those glyphs of Latin letters that are not called as they look.
var glyphNames = map[string]string{
	"space": " ", "nbspace": " ", "exclam": "!", "quotedbl": `"`, "numbersign": "#", "dollar": "$", "percent": "%", "ampersand": "&",
	"quotesingle": "'", "quoteleft": "‘", "quoteright": "’", "quotedblleft": "“", "quotedblright": "”", "parenleft": "(", "parenright": ")",
	"asterisk": "*", "plus": "+", "comma": ",", "hyphen": "-", "minus": "-", "endash": "–", "emdash": "—", "period": ".", "slash": "/",
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
	"colon": ":", "semicolon": ";", "less": "<", "equal": "=", "greater": ">", "question": "?", "at": "@", "bracketleft": "[", "backslash": `\`,
	"bracketright": "]", "asciicircum": "^", "underscore": "_", "grave": "`", "braceleft": "{", "bar": "|", "braceright": "}", "asciitilde": "~",
	"bullet": "•", "ellipsis": "…", "fi": "fi", "fl": "fl", "ff": "ff", "ffi": "ffi", "ffl": "ffl",
}

func glyphLetter(name string) string {
	if len(name) == 1 {
		return name
	}
	if s, ok := glyphNames[name]; ok {
		return s
	}
	for _, prefix := range []string{"uni", "u"} {
		if digits, ok := strings.CutPrefix(name, prefix); ok && len(digits) >= 4 && len(digits) <= 6 {
			n := 0
			for i := range len(digits) {
				d := unhex(digits[i])
				if d < 0 {
					return ""
				}
				n = n<<4 | d
			}
			return string(rune(n))
		}
	}
	return ""
}

// run is what some codes say and how far they reach.
type run struct {
	text   string
	unread int     // codes that say nothing
	glyphs int     // that were drawn
	width  float64 // of them in sizes of the font
}

// decode turns codes into letters.
func (f *pdfFont) decode(codes string) run {
	if f.cmap == nil && f.coded != nil {
		s, err := f.coded.NewDecoder().String(codes)
		if err != nil {
			return run{unread: len(codes)}
		}
		return run{text: s, glyphs: utf8.RuneCountInString(s), width: guessed(s)}
	}
	var out run
	var b strings.Builder
	for i := 0; i < len(codes); {
		n := 1
		if f.wide {
			n = 2
		}
		if f.cmap != nil {
			n = f.cmap.width(codes[i], n)
		}
		n = min(n, len(codes)-i)
		code := codes[i : i+n]
		i += n
		s, known := "", false
		if f.cmap != nil {
			s, known = f.cmap.letters[code]
		}
		if !known && f.letters != nil && n == 1 {
			s, known = f.letters[code[0]], true
		}
		if !known {
			out.unread++
		}
		b.WriteString(s)
		out.glyphs++
		out.width += f.reach(code, s)
	}
	out.text = b.String()
	return out
}

// reach is how wide a code is drawn.
func (f *pdfFont) reach(code, s string) float64 {
	number := 0
	for i := range len(code) {
		number = number<<8 | int(code[i])
	}
	w, ok := f.widths[number]
	switch {
	case ok:
		return w / 1000
	case f.usual > 0:
		return f.usual / 1000
	}
	return guessed(s)
}

// guessed is about how wide letters are: those of East Asia as wide as high.
func guessed(s string) (width float64) {
	for _, r := range s {
		if ideograph(r) {
			width++
		} else {
			width += 0.5
		}
	}
	return width
}

// pdfCMap is what a font says of its codes in its ToUnicode map.
type pdfCMap struct {
	letters map[string]string // by code
	one     [256]bool         // first bytes of codes of one byte
	two     [256]bool
}

func (m *pdfCMap) width(first byte, usual int) int {
	switch {
	case m.two[first]:
		return 2
	case m.one[first]:
		return 1
	}
	return usual
}

// maxMapped is how many codes of a font are known; two bytes have no more.
const maxMapped = 1 << 16

func (p *pdfFile) cmap(b []byte) (*pdfCMap, error) {
	m := &pdfCMap{letters: map[string]string{}}
	l := &pdfLexer{j: p.j, b: b, stream: true}
	var operands []any
	for len(m.letters) < maxMapped {
		v, err := l.value(0)
		if err != nil {
			return m, ignoreBroken(err)
		}
		w, ok := v.(pdfWord)
		if !ok {
			operands = append(operands, v)
			continue
		}
		switch w {
		case "endcodespacerange":
			m.space(operands)
		case "endbfchar":
			for i := 0; i+1 < len(operands); i += 2 {
				code, _ := operands[i].(pdfString)
				m.put(string(code), letter(operands[i+1]))
			}
		case "endbfrange":
			for i := 0; i+2 < len(operands); i += 3 {
				m.span(operands[i], operands[i+1], operands[i+2])
			}
		}
		operands = operands[:0]
	}
	return m, nil
}

func (m *pdfCMap) put(code, s string) {
	if len(code) > 0 && len(code) <= 4 && s != "" && len(m.letters) < maxMapped {
		m.letters[code] = s
	}
}

func (m *pdfCMap) space(operands []any) {
	for i := 0; i+1 < len(operands); i += 2 {
		from, _ := operands[i].(pdfString)
		to, _ := operands[i+1].(pdfString)
		if len(from) == 0 || len(from) != len(to) || len(from) > 2 {
			continue
		}
		for c := int(from[0]); c <= int(to[0]); c++ {
			if len(from) == 1 {
				m.one[c] = true
			} else {
				m.two[c] = true
			}
		}
	}
}

func (m *pdfCMap) span(first, last, to any) {
	a, _ := first.(pdfString)
	b, _ := last.(pdfString)
	if len(a) == 0 || len(a) > 4 || len(a) != len(b) {
		return
	}
	number := func(s pdfString) (n int) {
		for i := range len(s) {
			n = n<<8 | int(s[i])
		}
		return n
	}
	code := []byte(a)
	list, _ := to.([]any)
	base := []rune(letter(to))
	for i := range max(0, min(number(b)-number(a)+1, maxMapped-len(m.letters))) {
		switch {
		case i < len(list):
			m.put(string(code), letter(list[i]))
		case len(base) > 0:
			base[len(base)-1]++
			m.put(string(code), string(base[:len(base)-1])+string(base[len(base)-1]-1))
		default:
			return
		}
		for k := len(code) - 1; k >= 0; k-- {
			if code[k]++; code[k] != 0 {
				break
			}
		}
	}
}

// maxLetters is how many bytes of UTF-16 one code may stand for.
const maxLetters = 32

func letter(v any) string {
	s, _ := v.(pdfString)
	if len(s) == 0 || len(s) > maxLetters {
		return ""
	}
	if len(s) == 1 {
		s = "\x00" + s
	}
	out, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().String(string(s))
	if err != nil {
		return ""
	}
	return out
}
