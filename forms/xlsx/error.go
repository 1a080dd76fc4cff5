package xlsx

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// Codes of an [Error].
const (
	TooLarge    = "too_large"     // the file has more bytes than Limits.Size
	NotWorkbook = "not_workbook"  // no .xlsx at all
	Locked      = "locked"        // an .xls, or locked with a password: both are OLE files
	Bomb        = "bomb"          // it unpacks to more than Limits.Unzipped
	Broken      = "broken"        // it breaks off, or can't be read
	NoHeadings  = "no_headings"   // no sheet has a line with the headings of the form
	NoLines     = "no_lines"      // there are headings, and nothing below them
	TwoColumns  = "two_columns"   // a heading stands twice
	OtherForm   = "other_form"    // it was made for another form or list
	TooManyRows = "too_many_rows" // more than Limits.Rows
	TooWide     = "too_wide"      // more columns than Limits.Columns
	TooMerged   = "too_merged"    // more merged cells than Limits.Merged
)

// Error is why a workbook as a whole was refused.
type Error struct {
	Code   string
	Params map[string]string
}

// Error renders the error in English.
func (e *Error) Error() string { return "xlsx: " + e.Text("en") }

// Text renders the error for people; languages without texts get English, Chinese ones zh-TW.
func (e *Error) Text(lang string) string {
	all, err := catalogue()
	if err != nil {
		return e.Code
	}
	if !strings.HasPrefix(lang, "zh") {
		lang = "en"
	} else {
		lang = "zh-TW"
	}
	return fill(all[lang][e.Code], e.Params)
}

func fill(text string, params map[string]string) string {
	for key, value := range params {
		text = strings.ReplaceAll(text, "{"+key+"}", value)
	}
	return text
}

func refuse(code string, params ...string) *Error {
	e := &Error{Code: code, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		e.Params[params[i]] = params[i+1]
	}
	return e
}

//go:embed texts/*.json
var textFiles embed.FS

var languages = []string{"zh-TW", "en"}

var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, lang := range languages {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("xlsx: texts/%s.json: %w", lang, err)
		}
		all[lang] = m
	}
	return all, nil
})

func text(lang, code string) string {
	all, err := catalogue()
	if err != nil {
		return code
	}
	return all[lang][code]
}
