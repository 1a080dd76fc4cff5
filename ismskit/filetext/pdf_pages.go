package filetext

import (
	"fmt"
	"math"
	"unicode"
	"unicode/utf8"
)

// maxPages is how many pages are read.
const maxPages = 5000

// readPDF reads the pages of a PDF in their order.
func readPDF(data []byte, j *job) error {
	p, err := openPDF(data, j)
	if err != nil {
		return err
	}
	root, err := p.dict(p.root)
	if err != nil {
		return err
	}
	if root == nil {
		return fmt.Errorf("%w: a PDF without a catalogue", ErrBroken)
	}
	w := &pdfPages{p: p, seen: map[pdfRef]bool{}, fonts: map[pdfRef]*pdfFont{}}
	err = w.node(root["Pages"], nil, 0)
	if j.body != nil {
		err = w.gatherBody(err)
	}
	if err != nil {
		return err
	}
	if w.pages == 0 {
		return fmt.Errorf("%w: a PDF without pages", ErrBroken)
	}
	if j.empty() && w.unread > 0 {
		return fmt.Errorf("%w: its fonts do not say which letters they draw", ErrNoText)
	}
	return nil
}

type pdfPages struct {
	p      *pdfFile
	seen   map[pdfRef]bool
	fonts  map[pdfRef]*pdfFont
	pages  int
	unread int
	last   rune // the letter written last

	lines    []*pdfLine // of a body
	gathered int        // bytes of them
}

// node goes through the tree of pages; what one lacks it has from above.
func (w *pdfPages) node(v any, resources any, depth int) error {
	if ref, ok := v.(pdfRef); ok {
		if w.seen[ref] {
			return nil
		}
		w.seen[ref] = true
	}
	if depth > 64 {
		return fmt.Errorf("%w: pages deeper than 64", ErrTooLarge)
	}
	d, err := w.p.dict(v)
	if err != nil || d == nil {
		return err
	}
	if own := d["Resources"]; own != nil {
		resources = own
	}
	kids, err := w.p.array(d["Kids"])
	if err != nil {
		return err
	}
	if kids == nil && d["Type"] != pdfName("Pages") {
		return w.page(d, resources)
	}
	for _, kid := range kids {
		if err := w.node(kid, resources, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *pdfPages) page(d pdfDict, resources any) error {
	if w.pages++; w.pages > maxPages {
		w.p.j.text.cut = true
		return errFull
	}
	parts := []any{d["Contents"]}
	list, err := w.p.array(d["Contents"])
	if err != nil {
		return err
	}
	if list != nil {
		parts = list
	}
	var content []byte
	for _, part := range parts {
		b, err := w.p.stream(part)
		if err != nil {
			return err
		}
		content = append(append(content, b...), '\n') // a word may not run over the end
	}
	res, err := w.p.dict(resources)
	if err != nil {
		return err
	}
	c := &pdfContent{pdfPages: w, at: identity, font: &pdfFont{letters: lettersOf(nil)}}
	if err := c.run(content, res, 0); err != nil {
		return err
	}
	w.last = 0
	return w.p.j.write("\n")
}

// matrix places what is drawn: x' = ax + cy + e, y' = bx + dy + f.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// pdfContent reads what one page draws, as far as it is text.
type pdfContent struct {
	*pdfPages
	at         matrix // of the page
	font       *pdfFont
	size       float64
	leading    float64
	spacing    float64 // behind each letter
	line, text matrix
	saved      []pdfSaved
	endX, endY float64 // about where the last text ended
	drew       bool
}

type pdfSaved struct {
	at            matrix
	font          *pdfFont
	size, leading float64
	spacing       float64
}

// maxSaved bounds the states that a page keeps for later.
const maxSaved = 1000

// maxOperands is how many an operator that matters can have.
const maxOperands = 64

func (c *pdfContent) run(content []byte, res pdfDict, depth int) error {
	l := &pdfLexer{j: c.p.j, b: content, stream: true}
	var args []any
	for {
		l.values = 0
		v, err := l.value(0)
		if err != nil {
			return ignoreBroken(err) // what was drawn until then was read
		}
		op, ok := v.(pdfWord)
		if !ok {
			if len(args) < maxOperands {
				args = append(args, v)
			}
			continue
		}
		if op == "BI" {
			skipPicture(l)
		} else if err := c.operator(string(op), args, res, depth); err != nil {
			return err
		}
		args = args[:0]
	}
}

// skipPicture goes over a picture that lies in the content itself.
func skipPicture(l *pdfLexer) {
	for l.at < len(l.b) {
		if l.at+3 < len(l.b) && pdfSpace(l.b[l.at]) && l.b[l.at+1] == 'E' && l.b[l.at+2] == 'I' && pdfSpace(l.b[l.at+3]) {
			l.at += 3
			return
		}
		l.at++
	}
}

func numbers(args []any) (out [6]float64) {
	for i := range min(len(args), len(out)) {
		out[i], _ = args[i].(float64)
	}
	return out
}

func (c *pdfContent) operator(op string, args []any, res pdfDict, depth int) error {
	n := numbers(args)
	switch op {
	case "q":
		if len(c.saved) < maxSaved {
			c.saved = append(c.saved, pdfSaved{c.at, c.font, c.size, c.leading, c.spacing})
		}
	case "Q":
		if i := len(c.saved) - 1; i >= 0 {
			s := c.saved[i]
			c.at, c.font, c.size, c.leading, c.spacing, c.saved = s.at, s.font, s.size, s.leading, s.spacing, c.saved[:i]
		}
	case "cm":
		c.at = matrix(n).times(c.at)
	case "BT":
		c.line, c.text = identity, identity
	case "Tf":
		if len(args) == 2 {
			c.size = n[1]
			return c.setFont(args[0], res)
		}
	case "Tc":
		c.spacing = n[0]
	case "TL":
		c.leading = n[0]
	case "Td":
		c.move(n[0], n[1])
	case "TD":
		c.leading = -n[1]
		c.move(n[0], n[1])
	case "Tm":
		c.line, c.text = matrix(n), matrix(n)
	case "T*":
		c.move(0, -c.leading)
	case "Tj", "'", `"`:
		if op != "Tj" {
			c.move(0, -c.leading)
		}
		if len(args) > 0 {
			return c.show(args[len(args)-1])
		}
	case "TJ":
		if len(args) == 1 {
			return c.showAll(args[0])
		}
	case "Do":
		if len(args) == 1 {
			return c.form(args[0], res, depth)
		}
	}
	return nil
}

func (c *pdfContent) move(x, y float64) {
	c.line = matrix{1, 0, 0, 1, x, y}.times(c.line)
	c.text = c.line
}

func (c *pdfContent) setFont(name any, res pdfDict) error {
	fonts, err := c.p.dict(res["Font"])
	if err != nil {
		return err
	}
	key, _ := name.(pdfName)
	ref, ok := fonts[key].(pdfRef)
	if !ok {
		c.font, err = c.p.font(fonts[key])
		return err
	}
	f, known := c.fonts[ref]
	if !known {
		if f, err = c.p.font(ref); err != nil {
			return err
		}
		if len(c.fonts) > 200 { // a map of letters may be large
			clear(c.fonts)
		}
		c.fonts[ref] = f
	}
	c.font = f
	return nil
}

// form draws what lies in an object of its own.
func (c *pdfContent) form(name any, res pdfDict, depth int) error {
	if depth >= 8 {
		return nil
	}
	objects, err := c.p.dict(res["XObject"])
	if err != nil {
		return err
	}
	key, _ := name.(pdfName)
	d, err := c.p.dict(objects[key])
	if err != nil || d["Subtype"] != pdfName("Form") {
		return err
	}
	b, err := c.p.stream(objects[key])
	if err != nil || b == nil {
		return err
	}
	if d["Resources"] != nil {
		if res, err = c.p.dict(d["Resources"]); err != nil {
			return err
		}
	}
	at, saved := pdfSaved{c.at, c.font, c.size, c.leading, c.spacing}, c.saved
	if m, err := c.p.array(d["Matrix"]); err != nil {
		return err
	} else if len(m) == 6 {
		c.at = matrix(numbers(m)).times(c.at)
	}
	c.saved = nil
	err = c.run(b, res, depth+1)
	c.at, c.font, c.size, c.leading, c.spacing, c.saved = at.at, at.font, at.size, at.leading, at.spacing, saved
	return err
}

func (c *pdfContent) showAll(v any) error {
	parts, _ := v.([]any)
	for _, part := range parts {
		switch part := part.(type) {
		case pdfString:
			if err := c.show(part); err != nil {
				return err
			}
		case float64: // a thousandth of the size, to the left
			c.text = matrix{1, 0, 0, 1, -part / 1000 * c.size, 0}.times(c.text)
		}
	}
	return nil
}

// show writes one run of text. Where it begins tells whether it goes on with the line.
func (c *pdfContent) show(v any) error {
	codes, _ := v.(pdfString)
	r := c.font.decode(string(codes))
	c.unread += r.unread
	place := c.text.times(c.at)
	size := math.Abs(c.size) * math.Hypot(place[2], place[3])
	if c.p.j.body != nil {
		if err := c.place(r, place, size); err != nil {
			return err
		}
		c.ended(r)
		if n := len(c.lines); n > 0 && r.text != "" {
			c.lines[n-1].end = math.Max(c.lines[n-1].end, c.endX)
		}
		return nil
	}
	first, _ := utf8.DecodeRuneInString(r.text)
	if c.drew && r.text != "" {
		if gap := c.gap(place, size, first); gap != "" {
			if err := c.p.j.write(gap); err != nil {
				return err
			}
		}
	}
	if err := c.p.j.write(r.text); err != nil {
		return err
	}
	if r.text != "" {
		c.last, _ = utf8.DecodeLastRuneInString(r.text)
	}
	c.ended(r)
	return nil
}

// ended notes where a run ended.
func (c *pdfContent) ended(r run) {
	width := r.width*c.size + float64(r.glyphs)*c.spacing
	c.text = matrix{1, 0, 0, 1, width, 0}.times(c.text)
	end := c.text.times(c.at)
	c.endX, c.endY, c.drew = end[4], end[5], true
}

// gap is what stands between the last run and the next one. East Asian letters go on
// across the end of a line, for a word may be broken there and must be found; that the
// last word of a heading goes on into the text beneath it does no harm.
func (c *pdfContent) gap(place matrix, size float64, first rune) string {
	together := ideograph(c.last) && ideograph(first)
	down, right := math.Abs(place[5]-c.endY), place[4]-c.endX
	switch {
	case down > size/2 && (!together || down > 3*size):
		return "\n"
	case together || down <= size/2 && math.Abs(right) < size*0.15:
		return ""
	}
	return " "
}

func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Bopomofo, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
