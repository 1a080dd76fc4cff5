package forms

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/ismskit/calendar"
)

// Calling knows what things are called, for cells of a spreadsheet, in which people write names and no ids.
type Calling interface {
	// Row is the id of the row of a list ("register/systems", "unit") that is called so in any language. What no row is
	// called, or several are, has an empty id.
	Row(list, name string) (id string, several bool, err error)
	// Options are those a row owns (NeedOptions).
	Options(of Need) ([]Option, error)
	// Knows says whether the directory has somebody for these words.
	Knows(words string) (bool, error)
	// Person gives the parts that are posted for somebody of the directory; code is why he is not known, "" where he is.
	Person(name string) (parts map[string]string, code string, err error)
}

// ReadCell puts what somebody wrote into a cell of a spreadsheet where a page would have posted it: under name, for the
// field or column at path. Choices are read by their labels in any language, references by what the row is called, people
// by name, periods from one cell; other texts go as they are, for FromText to read. chosen are the ids of references in
// cells before it, by key, for options that such a row owns; ReadCell adds its own.
//
// code says why the cell names nothing, "" where it does: the text is posted all the same, so that nothing is lost.
func (f *Form) ReadCell(into Posted, name, path, cell string, chosen map[string]string, c Calling) (code string, err error) {
	fl := f.find(path)
	if fl == nil || fl.isTable || fl.system {
		return "unknown_field", nil
	}
	cell = strings.TrimSpace(cell)
	if fl.Type != "long_text" && fl.Type != "multi_choice" && fl.Type != "refs" && fl.Type != "persons" {
		cell = inOneLine(cell)
	}
	if cell == "" {
		return "", nil
	}
	switch fl.Type {
	case "ref", "unit":
		return cellRef(into, name, fl, cell, chosen, c)
	case "refs":
		return cellRefs(into, name, fl, cell, c)
	case "choice", "multi_choice":
		return cellChoice(into, name, fl, cell, chosen, c)
	case "person":
		return cellPerson(into, name, fl, cell, c)
	case "persons":
		return cellPersons(into, name, cell, c)
	case "boolean":
		return cellBoolean(into, name, fl, cell), nil
	case "period", "date_range":
		cellPeriod(into, name, cell)
	default:
		into[name] = []string{cell}
	}
	return "", nil
}

func cellRef(into Posted, name string, fl *field, cell string, chosen map[string]string, c Calling) (string, error) {
	id, several, err := c.Row(listOf(fl.input), cell)
	if err != nil {
		return "", err
	}
	if id == "" {
		return notCalled(cell, several), nil
	}
	into[name] = []string{id}
	chosen[fl.Key] = id
	return "", nil
}

func cellRefs(into Posted, name string, fl *field, cell string, c Calling) (code string, err error) {
	into[name] = nil
	for _, one := range several(cell) {
		id, several, err := c.Row(listOf(fl.input), one)
		if err != nil {
			return "", err
		}
		if id == "" {
			id, code = one, cmp.Or(code, notCalled(one, several))
		}
		into[name] = append(into[name], id)
	}
	return code, nil
}

func notCalled(name string, several bool) string {
	code := "no_such_ref"
	if several {
		code = "several_refs"
	} else if Masked(name) {
		code = "name_masked"
	}
	return code
}

func cellChoice(into Posted, name string, fl *field, cell string, chosen map[string]string, c Calling) (code string, err error) {
	options := fl.Options
	if need, ok := optionsIn(fl, chosen); ok {
		of, err := c.Options(need)
		if err != nil {
			return "", err
		}
		options = slices.Concat(options, of)
	}
	into[name] = nil
	names := several(cell)
	if _, whole := optionCalled(options, cell); whole || fl.Type == "choice" && len(names) != 1 {
		names = []string{cell} // a label may have a comma of its own
	}
	for _, one := range names {
		key, known := optionCalled(options, one)
		if !known {
			code = "no_such_option"
		}
		into[name] = append(into[name], key)
	}
	return code, nil
}

// optionsIn is the question for the options that the cells before name the row for, or that are rows themselves.
func optionsIn(fl *field, chosen map[string]string) (Need, bool) {
	from := fl.OptionsFrom
	if from == nil {
		return Need{}, false
	}
	if need, rows := from.Rows(); rows {
		return need, true
	}
	return Need{Kind: NeedOptions, List: from.Register, ID: chosen[from.Of], Field: from.List}, chosen[from.Of] != ""
}

// optionCalled is the key of the option that is called so in any language; what none is called stays as it was written.
func optionCalled(options []Option, name string) (key string, known bool) {
	for _, o := range options {
		if o.Key == name {
			return o.Key, true
		}
		for _, label := range o.Label {
			if strings.EqualFold(label, name) {
				return o.Key, true
			}
		}
	}
	return name, false
}

// several are the names in a cell that holds more than one.
func several(cell string) []string {
	var out []string
	for _, name := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune("、,，;；\n", c) }) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// yesWords and noWords are what a sheet has for yes and no, beside the words of the field.
var (
	yesWords = []string{"true", "yes", "y", "v", "✓", "✔", "☑", "■", "是", "有"}
	noWords  = []string{"false", "no", "n", "x", "✗", "✘", "☐", "□", "否", "無"}
)

func cellBoolean(into Posted, name string, fl *field, cell string) string {
	yes, no := slices.Clone(yesWords), slices.Clone(noWords)
	if in, ok := fl.input.(booleanInput); ok {
		for _, word := range in.Yes {
			yes = append(yes, word)
		}
		for _, word := range in.No {
			no = append(no, word)
		}
	}
	code := "cell_boolean"
	is := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, cell) })
	}
	switch {
	case is(yes):
		into[name], code = []string{"true"}, ""
	case is(no):
		into[name], code = []string{"false"}, ""
	default:
		into[name] = []string{cell}
	}
	return code
}

// arrives are the words beside the day on which somebody begins.
var arrives = strings.NewReplacer("尚未到職", "", "，", "", "預定", "", "預計", "", "到職日", "", "到職", "", "報到", "", "起", "", "：", "", ":", "", "expected", "", "arrives", "", "starts", "", "on ", "")

// cellPerson reads a name, or with what stands behind it in brackets somebody who is not in the directory: a vendor's
// engineer with his firm, a newcomer with the day he begins. Whom the directory knows is of the house whatever stands there.
func cellPerson(into Posted, name string, fl *field, cell string, c Calling) (string, error) {
	in, _ := fl.input.(personInput)
	if Masked(cell) {
		into[name+".kind"], into[name+".id"] = []string{string(InDirectory)}, []string{cell}
		return "name_masked", nil
	}
	if kind, who, part, beside := besideName(cell); kind == External && in.External || kind == Arriving && in.Expected {
		known, err := c.Knows(who + " " + beside)
		if err != nil {
			return "", err
		}
		if !known || kind == Arriving {
			into[name+".kind"], into[name+".name"], into[name+"."+part] = []string{string(kind)}, []string{who}, []string{beside}
			return "", nil
		}
	}
	parts, code, err := c.Person(cell)
	if err != nil {
		return "", err
	}
	into[name+".kind"] = []string{string(InDirectory)}
	for part, text := range parts {
		into[name+"."+part] = []string{text}
	}
	return code, nil
}

// besideName takes 王大明（遠山資訊） and 李新（115.12.01 到職） apart; kind is "" for a name alone.
func besideName(cell string) (kind PersonKind, who, part, beside string) {
	who, beside, ok := strings.Cut(strings.NewReplacer("(", "（", ")", "）").Replace(cell), "（")
	beside, closed := strings.CutSuffix(strings.TrimSpace(beside), "）")
	if who, beside = strings.TrimSpace(who), strings.TrimSpace(beside); !ok || !closed || who == "" || beside == "" {
		return "", cell, "", ""
	}
	day := strings.TrimSpace(arrives.Replace(beside))
	if _, err := calendar.ParseDate(day); err == nil || strings.Contains(beside, "到職") || strings.Contains(beside, "expected") {
		return Arriving, who, "expected", day
	}
	return External, who, "org", beside
}

func cellPersons(into Posted, name, cell string, c Calling) (code string, err error) {
	into[name] = nil
	for _, one := range several(cell) {
		if Masked(one) {
			code = "name_masked"
			into[name] = append(into[name], one)
			continue
		}
		parts, unknown, err := c.Person(one)
		if err != nil {
			return "", err
		}
		id := parts["id"]
		if id == "" {
			id = one
		}
		if code == "" {
			code = unknown
		}
		into[name] = append(into[name], id)
	}
	return code, nil
}

// masks are the marks with which letters of a name are hidden in lists that were published.
const masks = "○〇◯●ＯOo0０＊*＿_XxＸ×"

// Masked says whether a name has letters hidden by a mark, as 廖○林 or 陳＊＊: whom it means is not for anybody to guess.
func Masked(name string) bool {
	if i := strings.IndexAny(name, "（("); i >= 0 {
		name = name[:i]
	}
	letters := []rune(strings.TrimSpace(name))
	hidden, han := 0, 0
	for _, c := range letters {
		switch {
		case unicode.Is(unicode.Han, c) && c != '〇':
			han++
		case strings.ContainsRune(masks, c):
			hidden++
		default:
			return false
		}
	}
	return hidden > 0 && han > 0 && len(letters) <= 5 && (unicode.Is(unicode.Han, letters[0]) || hidden == 1)
}

// inOneLine is a cell with line breaks as it goes into a field of one line.
func inOneLine(cell string) string {
	return strings.Join(strings.FieldsFunc(cell, func(c rune) bool { return c == '\n' || c == '\r' }), " ")
}

// Called says whether a cell is the heading of a field, or column: its label in any language, with or without the mark
// of what must be filled in.
func (f *Form) Called(path, cell string) bool {
	fl := f.find(path)
	if fl == nil {
		return false
	}
	cell = strings.Trim(cell, " \n\r\t*＊　:：")
	for _, label := range fl.Label {
		if strings.EqualFold(label, cell) {
			return true
		}
	}
	return false
}
