package filetext

import (
	"fmt"
	"strconv"
	"strings"
)

// odfNumbers count the paragraphs of an ODF text, which stores no numbers but how lists are
// counted.
type odfNumbers struct {
	lists    map[string]*[maxLevels]numberLevel // styles of lists; that of headings is odfOutline
	styles   map[string]odfStyle                // of paragraphs
	byStyle  map[string]*counter                // of the last list of a style
	byList   map[string]*counter                // of lists with an id
	headings counter
}

const odfOutline = "\x00outline"

type odfStyle struct{ parent, list string }

func (n *odfNumbers) read(z *zipFile, part string) error {
	var levels *[maxLevels]numberLevel
	name := ""
	return z.walk(part, visitor{
		skip: func(name string) bool { return name == "body" || name == "tracked-changes" },
		begin: func(e element) error {
			switch e.name {
			case "style":
				if len(n.styles) >= z.j.limits.Parts {
					return fmt.Errorf("%w: too many styles", ErrTooLarge)
				}
				if e.attr("family") == "paragraph" {
					n.styles[e.attr("name")] = odfStyle{e.attr("parent-style-name"), e.attr("list-style-name")}
				}
			case "list-style", "outline-style":
				if len(n.lists) >= z.j.limits.Parts {
					return fmt.Errorf("%w: too many lists", ErrTooLarge)
				}
				if name = e.attr("name"); e.name == "outline-style" {
					name = odfOutline
				}
				levels = &[maxLevels]numberLevel{}
				n.lists[name] = levels
			case "list-level-style-number", "outline-level-style", "list-level-style-bullet", "list-level-style-image":
				if at := whole(e.attr("level")) - 1; levels != nil && at >= 0 && at < maxLevels {
					levels[at] = odfLevel(e, at)
				}
			}
			return nil
		},
		end: func(name string) error {
			if name == "list-style" || name == "outline-style" {
				levels = nil
			}
			return nil
		},
	})
}

// odfLevel is a level as its element describes it.
func odfLevel(e element, at int) numberLevel {
	l := numberLevel{known: true, start: 1}
	if e.name == "list-level-style-bullet" || e.name == "list-level-style-image" {
		l.way = "bullet"
		return l
	}
	if start := e.attr("start-value"); start != "" {
		l.start = whole(start)
	}
	format := e.attr("num-format")
	if format == "" { // it is counted and not shown
		l.way = "none"
		return l
	}
	l.way = wayOf(format)
	if whole := e.attr("num-list-format"); whole != "" {
		l.text = clip(odfFormat(whole), mostNumberText)
		return l
	}
	shown := max(1, min(whole(e.attr("display-levels")), at+1))
	var signs []string
	for i := at - shown + 1; i <= at; i++ {
		signs = append(signs, "%"+strconv.Itoa(i+1))
	}
	l.text = clip(e.attr("num-prefix"), mostNumberText) + strings.Join(signs, ".") + clip(e.attr("num-suffix"), mostNumberText)
	return l
}

// odfFormat turns "%1%.%2%" into "%1.%2".
func odfFormat(s string) string {
	for i := 1; i <= maxLevels; i++ {
		sign := "%" + strconv.Itoa(i)
		s = strings.ReplaceAll(s, sign+"%", sign)
	}
	return s
}

// odfList is a list that is open, within others.
type odfList struct {
	style    string
	count    *counter
	numbered bool // the item that is open has its number
	silent   bool // a header, which has none
}

// begin opens a list within others.
func (n *odfNumbers) begin(e element, open []odfList, most int) (odfList, error) {
	l := odfList{style: e.attr("style-name"), numbered: true}
	if len(open) > 0 {
		outer := open[len(open)-1]
		if l.style == "" {
			l.style = outer.style
		}
		l.count = outer.count
		return l, nil
	}
	switch {
	case e.attr("continue-list") != "":
		l.count = n.byList[e.attr("continue-list")]
	case e.attr("continue-numbering") == "true":
		l.count = n.byStyle[l.style]
	}
	if l.count == nil {
		l.count = &counter{}
	}
	if len(n.byStyle)+len(n.byList) >= most {
		return l, fmt.Errorf("%w: too many lists", ErrTooLarge)
	}
	n.byStyle[l.style] = l.count
	if id := e.attr("id"); id != "" {
		n.byList[id] = l.count
	}
	return l, nil
}

// number is what stands before a paragraph, "" for nothing; it counts.
func (n *odfNumbers) number(e element, open []odfList) string {
	if len(open) == 0 {
		if e.name != "h" {
			return ""
		}
		return numbered(n.lists[odfOutline], &n.headings, whole(e.attr("outline-level"))-1, "")
	}
	own := &open[len(open)-1]
	if own.numbered || own.silent {
		return ""
	}
	own.numbered = true
	style := own.style
	for paragraph, i := e.attr("style-name"), 0; style == "" && i < maxStyles; i++ {
		s, ok := n.styles[paragraph]
		if !ok {
			break
		}
		style, paragraph = s.list, s.parent
	}
	level := len(open) - 1
	if e.name == "h" && n.lists[style] == nil { // LibreOffice writes some headings as items of a list
		return numbered(n.lists[odfOutline], &n.headings, whole(e.attr("outline-level"))-1, "")
	}
	return numbered(n.lists[style], own.count, level, e.attr("start-value"))
}

func numbered(levels *[maxLevels]numberLevel, c *counter, level int, start string) string {
	if levels == nil || level < 0 || level >= maxLevels || !levels[level].known {
		return ""
	}
	if start != "" {
		c.at[level], c.has[level] = whole(start)-1, true
	}
	return c.next(levels, level)
}
