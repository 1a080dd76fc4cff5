package web

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// filled is a form as a page sent it.
type filled struct {
	posted  forms.Posted // rows numbered from 1, empty ones left out
	values  forms.Values // as far as they can be read
	typed   forms.Posted // what cannot
	invalid forms.Invalid
	refused forms.Invalid // of invalid: the files that were not kept
	pick    map[string][]option
	other   []otherLine    // what the draft has that this page hasn't
	blank   map[string]int // empty rows that were there, by table
	// nobody is of invalid: why it cannot be filled in for whom it names, and which
	// people of later steps cannot be found.
	nobody forms.Invalid
	chosen map[string][]string // people of later steps
	pasted pastedCells
	told   string // what was filled in for him
	do, at string // what to do, and with what: "remove-row", "lines.2"
}

// limits of what a page may send beside its fields
const (
	maxPasted = 1 << 20
)

// read takes a form from a request: it keeps the files that came along, does what
// was asked for with rows, finds people by what was typed, and reads every field.
func (p *Pages) read(r *http.Request, form *forms.Form) (filled, error) {
	posted, f := typed(r)
	var err error
	if f.refused, err = p.keepFiles(r, form, posted); err != nil {
		return f, err
	}
	if f.do == "upload" {
		f.refused = append(f.refused, p.noFile(r, form, f.at)...)
	}
	return p.readTyped(r, form, posted, f)
}

// typed is what was typed into a form, and what is to be done with it.
func typed(r *http.Request) (forms.Posted, filled) {
	posted := maps.Clone(forms.Posted(r.PostForm))
	f := filled{blank: map[string]int{}}
	f.do, f.at, _ = strings.Cut(last(posted["do"]), ":")
	return posted, f
}

// readTyped is read, without the files that came along.
func (p *Pages) readTyped(r *http.Request, form *forms.Form, posted forms.Posted, f filled) (filled, error) {
	if err := p.arrange(r, form, posted, &f); err != nil {
		return f, err
	}
	f.posted = form.Tidy(posted)
	for _, table := range form.Schema().Fields {
		if table.Type == "table" && keepsBlank[f.do] {
			f.blank[table.Key] += len(partNumbers(posted, table.Key)) - len(partNumbers(f.posted, table.Key))
		}
	}
	nameRows(form, f.posted)
	pick, unknown, err := p.findPeople(r, form, f.posted)
	if err != nil {
		return f, err
	}
	f.pick = pick
	values, invalid := form.FromText(f.posted, p.location)
	if invalid = slices.Concat(unknown, invalid); slices.ContainsFunc(invalid, func(bad forms.Fault) bool { return bad.Row > 0 }) {
		named, err := p.withNames(r, form, values)
		if err != nil {
			return f, err
		}
		invalid = form.Titled(invalid, named)
	}
	f.refused = append(f.refused, f.pasted.unread(p, form, invalid)...)
	f.values, f.typed, f.invalid = values, form.Unread(f.posted, invalid), slices.Concat(f.refused, invalid)
	return f, nil
}

// reopened is a draft as it was left: what was typed, and what is wrong with it.
func (p *Pages) reopened(r *http.Request, c ismskit.Case) (filled, error) {
	f := filled{posted: c.Form.Retype(c.Fields, c.Typed, p.locale(r)), values: c.Fields}
	pick, unknown, err := p.findPeople(r, c.Form, f.posted)
	if err != nil {
		return f, err
	}
	f.pick, f.invalid = pick, c.Form.InOrder(unknown.With(c.Wrong))
	p.retypeChosen(r, c, &f)
	return f, nil
}

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
	"add-row": true, "remove-row": true, "copy-row": true, "check": true, "refresh": true, "upload": true, "remove-part": true,
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
		return p.fillAgain(r, form, posted)
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

// putRows adds rows at the end of a table, as they would have been typed.
func (p *Pages) putRows(r *http.Request, form *forms.Form, posted forms.Posted, table string, rows []forms.Row) error {
	named, err := p.withNames(r, form, forms.Values{table: rows})
	if err != nil {
		return err
	}
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

// withNames gives values with the names of people and rows as they are now.
func (p *Pages) withNames(r *http.Request, form *forms.Form, values forms.Values) (forms.Values, error) {
	lookup, err := p.kit.Types().Options(r.Context(), p.actor(r), ismskit.Preview{}, form.Needs(values))
	if err != nil {
		return nil, err
	}
	return form.Named(values, lookup), nil
}

// applyTemplate adds the rows of the template that was chosen.
func (p *Pages) applyTemplate(r *http.Request, form *forms.Form, posted forms.Posted, f *filled) error {
	template := posted.Get("template")
	if template == "" {
		return nil
	}
	table, rows, err := p.kit.Types().Template(r.Context(), p.actor(r), form.Schema().Key, template)
	if err != nil {
		return err
	}
	if err := p.putRows(r, form, posted, table, rows); err != nil {
		return err
	}
	f.told = p.filledRows(r, form, posted, table, len(rows))
	return nil
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
func (p *Pages) fillAgain(r *http.Request, form *forms.Form, posted forms.Posted) error {
	values, err := p.kit.Types().Again(r.Context(), p.actor(r), form.Schema().Key)
	if errors.Is(err, ismskit.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	values, err = p.withNames(r, form, values)
	if err != nil {
		return err
	}
	typed := form.Tidy(posted)
	for _, field := range form.Schema().Fields {
		if rows, ok := values[field.Key].([]forms.Row); ok {
			if err := p.putRows(r, form, posted, field.Key, rows); err != nil {
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

// fileAt is the file field that a control named name.file belongs to.
func fileAt(form *forms.Form, name string) (path string, row int, many, ok bool) {
	table, rest, nested := strings.Cut(name, ".")
	path = name
	if digits, column, inRow := strings.Cut(rest, "."); nested && inRow {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return "", 0, false, false
		}
		path, row = table+"."+column, n
	}
	info, found := form.Field(path)
	return path, row, info.Type == "files", found && (info.Type == "file" || info.Type == "files")
}

// noFile says of a field whose upload was asked for that no file came.
func (p *Pages) noFile(r *http.Request, form *forms.Form, name string) forms.Invalid {
	path, row, _, ok := fileAt(form, name)
	if !ok || r.MultipartForm != nil && len(r.MultipartForm.File[name+".file"]) > 0 {
		return nil
	}
	info, _ := form.Field(path)
	return forms.Invalid{{Field: path, Row: row, Code: "file_none", Label: info.Label, Text: p.everyLang("field.upload_none")}}
}

// keepFiles keeps the files that came with a form and names them in it, so that
// nobody has to choose a file twice.
func (p *Pages) keepFiles(r *http.Request, form *forms.Form, posted forms.Posted) (forms.Invalid, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var faults forms.Invalid
	for _, control := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		name, isFile := strings.CutSuffix(control, ".file")
		path, row, many, ok := fileAt(form, name)
		if !isFile || !ok {
			continue
		}
		for _, header := range r.MultipartForm.File[control] {
			if fault, fits := form.CheckFile(path, forms.File{Name: header.Filename, Size: header.Size}); !fits {
				fault.Row = row
				faults = append(faults, fault)
				continue
			}
			file, err := p.keepFile(r, header)
			if text := p.uploadFault(err); text != nil {
				info, _ := form.Field(path)
				faults = append(faults, forms.Fault{Field: path, Row: row, Code: "file_unreadable", Label: info.Label, Text: text})
				continue
			}
			if err != nil {
				return nil, err
			}
			if fault, fits := form.CheckFile(path, file); !fits {
				fault.Row = row
				faults = append(faults, fault)
				continue
			}
			putFile(posted, name, file, many)
		}
	}
	return faults, nil
}

func (p *Pages) keepFile(r *http.Request, header *multipart.FileHeader) (file forms.File, err error) {
	body, err := header.Open()
	if err != nil {
		return forms.File{}, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	return p.kit.Files().Upload(r.Context(), p.actor(r), header.Filename, body)
}

// uploadFault is the sentence for a file that was refused; nil when it was not
// refused.
func (p *Pages) uploadFault(err error) forms.Text {
	if infected, ok := errors.AsType[*ismskit.Infected](err); ok {
		return p.everyLang("trouble.infected", "Name", infected.Name)
	}
	if large, ok := errors.AsType[*ismskit.TooLarge](err); ok {
		out := forms.Text{}
		for _, lang := range p.renderer.Texts().Languages() {
			out[lang] = large.Text(lang)
		}
		return out
	}
	return nil
}

func putFile(posted forms.Posted, name string, file forms.File, many bool) {
	at := name
	if many {
		numbers := partNumbers(posted, name)
		next := 0
		if len(numbers) > 0 {
			next = numbers[len(numbers)-1] + 1
		}
		at = name + "." + strconv.Itoa(next)
	}
	posted[at+".name"] = []string{file.Name}
	posted[at+".size"] = []string{strconv.FormatInt(file.Size, 10)}
	posted[at+".digest"] = []string{file.Digest}
	posted[at+".type"] = []string{file.MediaType}
}
