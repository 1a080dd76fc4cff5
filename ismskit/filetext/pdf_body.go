package filetext

import (
	"cmp"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// pdfLine is one line as a page draws it.
type pdfLine struct {
	page         int
	y, end, size float64
	text         strings.Builder
	last         rune
}

// maxLines is how many lines are gathered before they are put together.
const maxLines = 200_000

// place adds a run to the line on which it stands.
func (c *pdfContent) place(r run, at matrix, size float64) error {
	if r.text == "" {
		return c.p.j.step()
	}
	first, _ := utf8.DecodeRuneInString(r.text)
	var line *pdfLine
	if n := len(c.lines); n > 0 {
		line = c.lines[n-1]
	}
	down, right := math.Abs(at[5]-c.endY), math.Abs(at[4]-c.endX)
	switch {
	case !c.drew || line == nil || down > max(size, line.size)/2:
		if len(c.lines) >= maxLines {
			return errFull
		}
		line = &pdfLine{page: c.pages, y: at[5], size: size}
		c.lines = append(c.lines, line)
	case right > size*1.5, right > size*0.15 && !(ideograph(line.last) && ideograph(first)):
		line.text.WriteByte(' ')
	}
	if c.gathered += len(r.text) + 1; c.gathered > 2*c.p.j.limits.Text {
		return errFull
	}
	line.text.WriteString(r.text)
	line.last, _ = utf8.DecodeLastRuneInString(r.text)
	line.size = max(line.size, size)
	return c.p.j.step()
}

// radicals are signs that some fonts say of the letters that look like them.
func radicals(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x2e80 && r <= 0x2fdf {
			if plain := []rune(norm.NFKC.String(string(r))); len(plain) == 1 {
				return plain[0]
			}
		}
		return r
	}, s)
}

// opensParagraph is how a line begins that never goes on with the one before it, and
// leadsTo how one of a table of contents ends.
var (
	opensParagraph = regexp.MustCompile(`^(?:[壹貳參肆伍陸柒捌玖拾]{1,4}、|[一二三四五六七八九十百]{1,5}、|[甲乙丙丁戊己庚辛壬癸]、|[(（][一二三四五六七八九十百0-9０-９]{1,5}[)）]|` +
		`第[一二三四五六七八九十百零〇0-9]{1,6}[編章節條項款]|[0-9０-９]{1,3}(?:[.．][0-9]{1,3}){0,4}(?:[.．、]|[ \t])|[A-Za-z][.)、]\s|[-•●○■□◆◇※▪➢✓]|註[0-9一二三四五六七八九十]*[:：、])`)
	leadsTo = regexp.MustCompile(`[.．·…‧‥⋯_]{4,}\s*[0-9]{1,4}$|…{2,}\s*[0-9]{1,4}$`)
)

// assemble joins the lines of a PDF to paragraphs, and leaves out those that come again on
// its pages, in the same place and with the same words but for numbers.
func (w *pdfPages) assemble() error {
	j := w.p.j
	again := w.again()
	var text strings.Builder
	var before *pdfLine
	margin := w.margin(again)
	for _, line := range w.lines {
		s := tidy(radicals(line.text.String()), j.limits.Text)
		if again[line] {
			j.leave(LeftHeaders)
		}
		if !again[line] && leadsTo.MatchString(s) {
			j.leave(LeftContents)
		}
		if s == "" || again[line] || leadsTo.MatchString(s) {
			continue
		}
		first, _ := utf8.DecodeRuneInString(s)
		if before != nil && goesOn(before, line, margin) && !opensParagraph.MatchString(s) {
			if !ideograph(before.last) && !ideograph(first) && !unicode.IsPunct(first) {
				text.WriteByte(' ')
			}
		} else if text.Len() > 0 {
			if err := j.line(text.String()); err != nil {
				return err
			}
			text.Reset()
		}
		if text.Len() <= j.limits.Text {
			text.WriteString(s)
		}
		line.last, _ = utf8.DecodeLastRuneInString(s)
		before = line
	}
	return j.line(text.String())
}

// goesOn says whether a line may go on with the one before it, which then reaches the margin.
func goesOn(before, line *pdfLine, margin float64) bool {
	if before.end < margin-2.5*before.size || math.Max(before.size, line.size) > 1.2*math.Min(before.size, line.size) {
		return false
	}
	return before.page != line.page || math.Abs(before.y-line.y) <= 2.6*line.size
}

// margin is about where the lines of a text end that fill it.
func (w *pdfPages) margin(again map[*pdfLine]bool) float64 {
	var ends []float64
	for _, line := range w.lines {
		if !again[line] {
			ends = append(ends, line.end)
		}
	}
	if len(ends) == 0 {
		return 0
	}
	slices.SortFunc(ends, cmp.Compare)
	return ends[(len(ends)-1)*98/100]
}

type pdfSpot struct {
	y    float64
	text string
}

var digits = regexp.MustCompile(`[0-9０-９]+`)

// again are the lines that stand so on at least half of the pages.
func (w *pdfPages) again() map[*pdfLine]bool {
	pages := map[pdfSpot]map[int]bool{}
	at := func(line *pdfLine) pdfSpot {
		s := strings.Join(strings.Fields(clip(line.text.String(), mostRepeated)), "")
		return pdfSpot{math.Round(line.y), digits.ReplaceAllString(s, "#")}
	}
	for _, line := range w.lines {
		p := at(line)
		if pages[p] == nil {
			pages[p] = map[int]bool{}
		}
		pages[p][line.page] = true
	}
	out := map[*pdfLine]bool{}
	for _, line := range w.lines {
		if n := len(pages[at(line)]); n >= 2 && 2*n >= w.pages {
			out[line] = true
		}
	}
	return out
}

// mostRepeated is how much of a line says whether it comes again.
const mostRepeated = 200

// gatherBody ends the reading of the pages of a PDF for its body.
func (w *pdfPages) gatherBody(err error) error {
	if err != nil && !errors.Is(err, errFull) {
		return err
	}
	w.p.j.body.cut = err != nil
	return w.assemble()
}
