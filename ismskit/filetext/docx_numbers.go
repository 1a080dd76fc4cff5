package filetext

import (
	"fmt"
	"strconv"
	"strings"
)

// wordNumbers count the paragraphs of a Word document, which stores no numbers but how they
// are counted.
type wordNumbers struct {
	styles    map[string]wordStyle
	usual     string // the style of a paragraph that names none
	abstracts map[string]*wordList
	lists     map[string]*wordList // by w:numId
	counters  map[string]*counter  // by the abstract list, which several lists share
	begun     map[*wordList]bool
}

type wordStyle struct {
	name, basedOn   string
	list            string
	level           int
	listed, leveled bool
}

// wordList is a list, or the abstract one that lists are of.
type wordList struct {
	of     string // the abstract list
	link   string // the style that says of which
	levels *[maxLevels]numberLevel
	begins map[int]int // levels that begin anew with this list, and with which number
}

func (z *zipFile) wordNumbers() (*wordNumbers, error) {
	n := &wordNumbers{
		styles: map[string]wordStyle{}, abstracts: map[string]*wordList{}, lists: map[string]*wordList{},
		counters: map[string]*counter{}, begun: map[*wordList]bool{},
	}
	styles, err := z.relatedOne("styles", "word/styles.xml")
	if err == nil && styles != "" {
		err = n.readStyles(z, styles)
	}
	if err != nil {
		return nil, err
	}
	lists, err := z.relatedOne("numbering", "word/numbering.xml")
	if err == nil && lists != "" {
		err = n.readLists(z, lists)
	}
	return n, err
}

func (n *wordNumbers) readStyles(z *zipFile, part string) error {
	id, s := "", wordStyle{}
	return z.walk(part, visitor{
		skip: func(name string) bool { return name == "pPrChange" || name == "tblStylePr" },
		begin: func(e element) error {
			switch e.name {
			case "style":
				id, s = e.attr("styleId"), wordStyle{}
				if e.attr("type") == "paragraph" && wordTrue(e.attr("default")) && e.attr("default") != "" {
					n.usual = id
				}
			case "name":
				s.name = strings.ToLower(e.attr("val"))
			case "basedOn":
				s.basedOn = e.attr("val")
			case "numId":
				s.list, s.listed = e.attr("val"), true
			case "ilvl":
				s.level, s.leveled = levelNumber(e.attr("val")), true
			}
			return nil
		},
		end: func(name string) error {
			if name == "style" {
				if len(n.styles) >= z.j.limits.Parts {
					return fmt.Errorf("%w: too many styles", ErrTooLarge)
				}
				n.styles[id] = s
			}
			return nil
		},
	})
}

// mostNumberText is how long the words around a number may be.
const mostNumberText = 100

func (n *wordNumbers) readLists(z *zipFile, part string) error {
	var list *wordList
	var id string
	level, depth := 0, 0 // depth: of w:lvl, in which w:start is that of the level
	var own numberLevel
	return z.walk(part, visitor{
		skip: func(name string) bool { return name == "pPr" || name == "rPr" || name == "numPicBullet" },
		begin: func(e element) error {
			v := e.attr("val")
			switch e.name {
			case "abstractNum", "num":
				if len(n.abstracts)+len(n.lists) >= z.j.limits.Parts {
					return fmt.Errorf("%w: too many lists", ErrTooLarge)
				}
				list, id = &wordList{}, e.attr(e.name+"Id")
				if e.name == "abstractNum" {
					n.abstracts[id] = list
				} else {
					n.lists[id] = list
				}
			case "abstractNumId":
				if list != nil {
					list.of = v
				}
			case "numStyleLink":
				if list != nil {
					list.link = v
				}
			case "lvlOverride":
				level = levelNumber(e.attr("ilvl"))
			case "startOverride":
				if list != nil {
					if list.begins == nil {
						list.begins = map[int]int{}
					}
					list.begins[level] = whole(v)
				}
			case "lvl":
				depth++
				level, own = levelNumber(e.attr("ilvl")), numberLevel{known: true, start: 0, way: "decimal"}
			case "start":
				own.start = whole(v)
			case "numFmt":
				own.way = v
			case "lvlText":
				own.text = clip(v, mostNumberText)
			case "lvlRestart":
				own.never = v == "0"
			case "isLgl":
				own.legal = wordTrue(v)
			case "pStyle":
				own.styled = v
			}
			return nil
		},
		end: func(name string) error {
			if name == "lvl" && depth > 0 {
				depth--
				if list != nil {
					if list.levels == nil {
						list.levels = &[maxLevels]numberLevel{}
					}
					list.levels[level] = own
				}
			}
			return nil
		},
	})
}

// wordTrue reads a switch: it is on where it says nothing.
func wordTrue(v string) bool { return v != "0" && v != "false" && v != "off" }

func levelNumber(v string) int { return max(0, min(whole(v), maxLevels-1)) }

// whole reads a number, 0 where it is none.
func whole(v string) int {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil {
		return 0
	}
	return max(-10_000_000, min(n, 10_000_000))
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// maxStyles is how many styles, one based on the other, are looked through.
const maxStyles = 20

// contents says whether a style is that of a line of a table of contents.
func (n *wordNumbers) contents(style string) bool {
	for range maxStyles {
		s, ok := n.styles[style]
		if !ok {
			return false
		}
		if strings.HasPrefix(s.name, "toc ") || s.name == "table of figures" {
			return true
		}
		style = s.basedOn
	}
	return false
}

// number is what stands before a paragraph, "" for nothing; it counts.
func (n *wordNumbers) number(p *wordParagraph) string {
	id, level, listed, leveled := p.list, p.level, p.listed, p.leveled
	style := p.style
	if style == "" {
		style = n.usual
	}
	named := style
	for range maxStyles {
		s, ok := n.styles[style]
		if listed || !ok {
			break
		}
		if !leveled && s.leveled {
			level, leveled = s.level, true
		}
		if s.listed {
			id, listed, named = s.list, true, style
			break
		}
		style = s.basedOn
	}
	list := n.lists[id]
	if !listed || list == nil {
		return ""
	}
	of := list.of
	abstract := n.abstracts[of]
	for range maxStyles { // the list of a style of lists
		if abstract == nil || abstract.link == "" {
			break
		}
		linked := n.lists[n.styles[abstract.link].list]
		if linked == nil {
			break
		}
		of = linked.of
		abstract = n.abstracts[of]
	}
	if abstract == nil || abstract.levels == nil {
		return ""
	}
	levels := *abstract.levels
	if list.levels != nil {
		for i, l := range list.levels {
			if l.known {
				levels[i] = l
			}
		}
	}
	if !leveled && !p.listed { // the level that names the style
		for i, l := range levels {
			if l.styled == named && named != "" {
				level = i
			}
		}
	}
	if !levels[level].known {
		return ""
	}
	c := n.counters[of]
	if c == nil {
		c = &counter{}
		n.counters[of] = c
	}
	if !n.begun[list] {
		n.begun[list] = true
		for i, start := range list.begins {
			c.at[i], c.has[i] = start-1, true
		}
	}
	return c.next(&levels, level)
}
