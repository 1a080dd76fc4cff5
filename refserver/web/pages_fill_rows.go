package web

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// nameRows gives each new row its identity. It follows from the page and from what
// is in the row, so that the same form sent twice is the same request.
func nameRows(form *forms.Form, posted forms.Posted) {
	for _, table := range form.Schema().Fields {
		if table.Type != "table" {
			continue
		}
		used := map[string]bool{}
		for _, n := range partNumbers(posted, table.Key) {
			used[posted.Get(table.Key+"."+strconv.Itoa(n)+"."+forms.RowID)] = true
		}
		for _, n := range partNumbers(posted, table.Key) {
			row := table.Key + "." + strconv.Itoa(n) + "."
			if posted.Get(row+forms.RowID) != "" {
				continue
			}
			id := rowName(posted, row, 0)
			for again := 1; used[id]; again++ {
				id = rowName(posted, row, again)
			}
			used[id] = true
			posted[row+forms.RowID] = []string{id}
		}
	}
}

func rowName(posted forms.Posted, row string, again int) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\x00%s\x00%d", posted.Get("token"), row, again)
	for _, key := range slices.Sorted(maps.Keys(posted)) {
		if strings.HasPrefix(key, row) {
			fmt.Fprintf(sum, "\x00%s=%q", key, posted[key])
		}
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum.Sum(nil)))[:8]
}

// keepsBlank are the acts after which empty rows stay on the page.
var keepsBlank = map[string]bool{
	"add-row": true, "remove-row": true, "copy-row": true, "check": true, "refresh": true, "upload": true, "remove-part": true, doLanguage: true, doSame: true, doBuild: true,
}

// arrange does what was asked for with the rows and parts of a form.
func (p *Pages) arrange(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) error {
	switch f.do {
	case "add-row":
		f.blank[f.at]++
	case "remove-row", "remove-part":
		dropBelow(posted, f.at)
	case "copy-row":
		copyRow(posted, f.at)
	case "paste":
		refused, err := p.paste(r, form, posted, f)
		f.refused = append(f.refused, refused...)
		return err
	case "template":
		return p.applyTemplate(r, form, posted, f)
	case "again":
		return p.fillAgain(r, form, posted, f)
	case doOnline:
		return p.fillOnline(r, form, posted, f)
	case doSame:
		return p.fillSame(r, form, posted, f)
	}
	return nil
}

// dropBelow takes everything out that was sent under a name.
func dropBelow(posted forms.Posted, name string) {
	for key := range posted {
		if name != "" && (key == name || strings.HasPrefix(key, name+".")) {
			delete(posted, key)
		}
	}
}

// copyRow puts a copy of a row at the end of its table, as a row of its own and
// without its files.
func copyRow(posted forms.Posted, row string) {
	table, _, ok := strings.Cut(row, ".")
	if !ok {
		return
	}
	next := nextRow(posted, table)
	for key, texts := range maps.Clone(posted) {
		part, below := strings.CutPrefix(key, row+".")
		if !below || part == forms.RowID || strings.HasSuffix(part, ".digest") {
			continue
		}
		posted[table+"."+strconv.Itoa(next)+"."+part] = slices.Clone(texts)
	}
}

func nextRow(posted forms.Posted, table string) int {
	numbers := partNumbers(posted, table)
	if len(numbers) == 0 {
		return 1
	}
	return numbers[len(numbers)-1] + 1
}

// putRows adds rows at the end of a table, as they would have been typed, where they do not
// stand there already, and says so.
func (p *Pages) putRows(r *http.Request, form *forms.Form, posted forms.Posted, table string, rows []forms.Row, f *filled) error {
	named, err := p.withNames(r, form, forms.Values{table: rows})
	if err != nil {
		return err
	}
	brought, _ := named[table].([]forms.Row)
	left := p.notPresent(form, posted, table, brought, p.locale(r))
	if len(left) == 0 {
		f.told = p.text(r, "form.filled_none", "N", len(brought))
		return nil
	}
	named[table] = left
	tidyRows(form, posted, table)
	next := nextRow(posted, table)
	for key, texts := range form.ToText(named, p.locale(r)) {
		n, isRow := rowNumber(key, table)
		if !isRow {
			continue
		}
		_, part, _ := strings.Cut(strings.TrimPrefix(key, table+"."), ".")
		posted[table+"."+strconv.Itoa(next+n-1)+"."+part] = texts
	}
	f.told = p.filledRows(r, form, posted, table, len(left))
	if same := len(brought) - len(left); same > 0 {
		f.told += p.text(r, "form.filled_same", "N", same)
	}
	return nil
}

// tidyRows takes the empty rows of a table out, so that others go behind those that
// count.
func tidyRows(form *forms.Form, posted forms.Posted, table string) {
	tidy := form.Tidy(posted)
	dropBelow(posted, table)
	for key, texts := range tidy {
		if _, isRow := rowNumber(key, table); isRow {
			posted[key] = texts
		}
	}
}

func rowNumber(key, table string) (int, bool) {
	rest, below := strings.CutPrefix(key, table+".")
	digits, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(digits)
	return n, below && err == nil
}

// applyTemplate adds the rows of the template that was chosen.
func (p *Pages) applyTemplate(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) error {
	template := posted.Get("template")
	if template == "" {
		return nil
	}
	table, rows, err := p.kit.Types().Prefills().Template(r.Context(), p.actor(r), form.Schema().Key, template)
	if err != nil {
		return err
	}
	return p.putRows(r, form, posted, table, rows, f)
}

// filledRows says how many rows were filled in at the end of a table, and what is still
// to be filled in there.
func (p *Pages) filledRows(r *http.Request, form *forms.Form, posted forms.Posted, table string, added int) string {
	last := nextRow(posted, table) - 1
	var left []string
	for _, field := range form.Describe(p.lang(r)).Fields {
		if field.Key != table {
			continue
		}
		for _, c := range field.Fields {
			if c.Required && !c.Later && c.ShowIf == nil && openIn(posted, table, last-added+1, last, c.Key) {
				left = append(left, c.Label)
			}
		}
	}
	if len(left) == 0 {
		return p.text(r, "form.filled", "N", added)
	}
	return p.text(r, "form.filled_left", "N", added, "Left", strings.Join(left, p.text(r, "word.list")))
}

// openIn says whether one of the rows has nothing in a column but what kind of thing it
// will be.
func openIn(posted forms.Posted, table string, first, last int, column string) bool {
	for n := first; n <= last; n++ {
		name, typed := table+"."+strconv.Itoa(n)+"."+column, false
		for key := range posted {
			below := key == name || strings.HasPrefix(key, name+".")
			typed = typed || below && !strings.HasSuffix(key, ".kind") && strings.TrimSpace(posted.Get(key)) != ""
		}
		if !typed {
			return true
		}
	}
	return false
}

// fillAgain fills what is still empty from the last case of the type.
func (p *Pages) fillAgain(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) error {
	values, err := p.kit.Types().Prefills().Again(r.Context(), p.actor(r), form.Schema().Key)
	if errors.Is(err, ismskit.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.fillEmpty(r, form, posted, values, f)
}

// fillEmpty fills what is still empty from values, and adds their rows.
func (p *Pages) fillEmpty(r *http.Request, form *forms.Form, posted forms.Posted, values forms.Values, f *filled) error {
	values, err := p.withNames(r, form, values)
	if err != nil {
		return err
	}
	typed := form.Tidy(posted)
	for _, field := range form.Schema().Fields {
		if rows, ok := values[field.Key].([]forms.Row); ok {
			if err := p.putRows(r, form, posted, field.Key, rows, f); err != nil {
				return err
			}
			continue
		}
		for key, texts := range form.ToText(forms.Values{field.Key: values[field.Key]}, p.locale(r)) {
			if strings.TrimSpace(typed.Get(key)) == "" {
				posted[key] = texts
			}
		}
	}
	return nil
}
