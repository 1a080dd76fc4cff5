package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetParts finds the part of the archive that each sheet lies in.
func sheetParts(archive *zip.Reader) (map[string]*zip.File, error) {
	files := map[string]*zip.File{}
	for _, f := range archive.File {
		files[strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	var book struct {
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Attr []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	if err := decodePart(files["xl/workbook.xml"], &book); err != nil {
		return nil, err
	}
	if err := decodePart(files["xl/_rels/workbook.xml.rels"], &links); err != nil {
		return nil, err
	}
	targets := make(map[string]string, len(links.Relationship)) // by id: a file may have very many of both
	for _, link := range links.Relationship {
		targets[link.ID] = link.Target
	}
	out := map[string]*zip.File{}
	for _, s := range book.Sheets {
		for _, a := range s.Attr {
			target, linked := targets[a.Value]
			if a.Name.Local != "id" || !linked {
				continue
			}
			target = strings.ReplaceAll(target, `\`, "/")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			if f := files[strings.ToLower(strings.TrimPrefix(target, "/"))]; f != nil && !strings.Contains(strings.ToLower(f.Name), "chartsheets") {
				out[s.Name] = f
			}
		}
	}
	return out, nil
}

func decodePart(f *zip.File, into any) error {
	if f == nil {
		return io.ErrUnexpectedEOF
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	err = xml.NewDecoder(r).Decode(into)
	if closing := r.Close(); err == nil {
		err = closing
	}
	return err
}

// shape is what excelize's Rows does not tell of a sheet.
type shape struct {
	merged   merges
	formulas formulas
	lastRow  int
	whole    bool // its rows come to an end
}

// shapeOf goes through the tags of a sheet once, without taking its cells apart.
func shapeOf(part *zip.File, l Limits) (shape, error) {
	r, err := part.Open()
	if err != nil {
		return shape{}, refuse(Broken)
	}
	out := shape{merged: merges{}, formulas: formulas{}}
	left, column, noted := l.Merged, 0, l.Rows*l.Columns
	err = eachTag(r, func(tag []byte) error {
		name := tag
		if i := bytes.IndexAny(tag, " \t\r\n/>"); i > 0 {
			name = tag[:i]
		}
		closes := len(tag) > 0 && tag[0] == '/'
		if closes {
			name = tag[1:]
		}
		if i := bytes.IndexByte(name, ':'); i >= 0 {
			name = name[i+1:]
		}
		switch string(name) {
		case "sheetData":
			out.whole = out.whole || closes || bytes.HasSuffix(tag, []byte("/"))
		case "row":
			if !closes {
				out.lastRow++
				column = -1
				if n, err := strconv.Atoi(attribute(tag, "r")); err == nil && n > 0 {
					out.lastRow = n
				}
			}
		case "c":
			if !closes {
				column = columnOf(attribute(tag, "r"), column+1)
			}
		case "f":
			if !closes && column < l.Columns && noted > 0 {
				out.formulas[column] = append(out.formulas[column], out.lastRow)
				noted--
			}
		case "mergeCell":
			if left--; left < 0 {
				return refuse(TooMerged, "max", strconv.Itoa(l.Merged))
			}
			return out.merged.add(attribute(tag, "ref"))
		}
		return nil
	})
	if closing := r.Close(); err == nil && closing != nil {
		err = refuse(Broken)
	}
	for _, rows := range out.formulas {
		slices.Sort(rows)
	}
	for _, column := range out.merged {
		slices.SortFunc(column.ranges, func(a, b span) int { return a.from - b.from })
	}
	return out, err
}

// eachTag gives what stands between < and > to each. Cells are not looked at; a tag longer than a sheet has is cut.
func eachTag(r io.Reader, each func(tag []byte) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		if _, err := skipTo(in, '<', nil); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return refuse(Broken)
		}
		tag, err := skipTo(in, '>', []byte{})
		if err != nil {
			return refuse(Broken)
		}
		if err := each(tag); err != nil {
			return err
		}
	}
}

// skipTo reads on to a mark; what it passes is returned if keep is not nil, up to 4 KiB of it.
func skipTo(in *bufio.Reader, mark byte, keep []byte) ([]byte, error) {
	for {
		piece, err := in.ReadSlice(mark)
		if keep != nil {
			if err == nil && len(keep) == 0 {
				return piece[:len(piece)-1], nil
			}
			keep = append(keep, piece[:min(len(piece), max(0, 4<<10-len(keep)))]...)
		}
		if err == nil {
			return bytes.TrimSuffix(keep, []byte{mark}), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
}

// attribute is what an attribute of a tag says.
func attribute(tag []byte, name string) string {
	for _, quote := range []string{`"`, `'`} {
		if _, rest, ok := bytes.Cut(tag, []byte(" "+name+"="+quote)); ok {
			value, _, _ := bytes.Cut(rest, []byte(quote))
			return string(value)
		}
	}
	return ""
}

// formulas are the rows, in order, in which a column has a formula.
type formulas map[int][]int

func (f formulas) at(column, row int) bool {
	_, found := slices.BinarySearch(f[column], row)
	return found
}

// columnOf is the column of a cell, from 0: of "B7" it is 1; where it says none, the next one is.
func columnOf(ref string, next int) int {
	n := 0
	for _, letter := range strings.ToUpper(ref) {
		if letter < 'A' || letter > 'Z' || n > 1<<20 {
			break
		}
		n = n*26 + int(letter-'A') + 1
	}
	if n == 0 {
		return next
	}
	return n - 1
}

// merges are the merged cells of a sheet, by the column they begin in.
type merges map[int]*mergedColumn

type mergedColumn struct {
	ranges []span
	next   int
	text   string // of the range that the current row is in
	to     int
}

type span struct{ from, to int }

func (m merges) add(ref string) error {
	first, last, ok := strings.Cut(strings.ReplaceAll(ref, "$", ""), ":")
	if !ok {
		return nil
	}
	column, from, err := excelize.CellNameToCoordinates(first)
	if err != nil {
		return refuse(Broken)
	}
	_, to, err := excelize.CellNameToCoordinates(last)
	if err != nil {
		return refuse(Broken)
	}
	if to > from {
		if m[column-1] == nil {
			m[column-1] = &mergedColumn{}
		}
		m[column-1].ranges = append(m[column-1].ranges, span{from, to})
	}
	return nil
}

// at is what stands in a cell, rows being asked for in order: what the merged cell it lies in says, else its own.
func (m merges) at(column, row int, own string) string {
	c := m[column]
	if c == nil {
		return own
	}
	for c.next < len(c.ranges) && c.ranges[c.next].from <= row {
		if r := c.ranges[c.next]; r.from == row {
			c.text, c.to = own, r.to
		}
		c.next++
	}
	if own == "" && row <= c.to {
		return c.text
	}
	return own
}
