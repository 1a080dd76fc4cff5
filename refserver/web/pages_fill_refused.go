package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/answer"
)

// refusedName is the field of a form in which a page carries the files that were not
// kept: whatever it asks for next, it says again of each that it is not there, until
// another is chosen or the form has been kept or sent with that said.
const refusedName = "refused"

// refusedFile is a file that was not kept, and why.
type refusedFile struct {
	At   string     `json:"at"`  // its control
	Why  string     `json:"why"` // "rules" of the field, or as uploadFault has it
	File forms.File `json:"file"`
	Max  int64      `json:"max,omitempty"`
}

// refusal says of an upload's error why the file was not kept; false where it was not
// refused.
func refusal(at string, file forms.File, err error) (refusedFile, bool) {
	out := refusedFile{At: at, File: file}
	if _, infected := errors.AsType[*ismskit.Infected](err); infected {
		out.Why = "infected"
	} else if large, ok := errors.AsType[*ismskit.TooLarge](err); ok {
		out.Why, out.Max = "large", large.Max
	} else if unfit, ok := errors.AsType[*ismskit.Untaken](err); ok {
		out.Why = unfit.Why
	} else if _, unscanned := errors.AsType[*ismskit.Unscanned](err); unscanned {
		out.Why = "unscanned"
	}
	return out, out.Why != ""
}

// refusedFault is what is said of it at its field; false where there is nothing to say.
func (p *Pages) refusedFault(form *forms.Form, f refusedFile) (forms.Fault, bool) {
	path, row, _, ok := fileAt(form, f.At)
	if !ok {
		return forms.Fault{}, false
	}
	info, _ := form.Field(path)
	fault := forms.Fault{Field: path, Row: row, Code: "file_unreadable", Label: info.Label}
	switch f.Why {
	case "rules":
		bad, fits := form.CheckFile(path, f.File)
		bad.Row = row
		return bad, !fits
	case "infected":
		fault.Text = p.uploadFault(&ismskit.Infected{Name: f.File.Name})
	case "large":
		fault.Text = p.uploadFault(&ismskit.TooLarge{Name: f.File.Name, Max: f.Max})
	case ismskit.UntakenEmpty, ismskit.UntakenIncomplete, ismskit.UntakenEncrypted, ismskit.UntakenDoctype, ismskit.UntakenBomb, ismskit.UntakenLate:
		fault.Text = p.uploadFault(&ismskit.Untaken{Name: f.File.Name, Why: f.Why})
	case "unscanned":
		fault.Text = p.uploadFault(&ismskit.Unscanned{Name: f.File.Name})
	}
	return fault, fault.Text != nil
}

// afterRefused are the acts after which a page no longer carries what was refused: it
// has been said beside what became of the form.
var afterRefused = map[string]bool{"submit": true, "save": true, "preview": true}

// refusedBefore are the files that an earlier request of this page brought and that were
// not kept: at controls that the form has, and no more of them than a form tells faults at
// once. One that another file has been chosen for since is over.
func refusedBefore(r *http.Request, form *forms.Form, f filled) ([]refusedFile, error) {
	var out []refusedFile
	for _, text := range r.PostForm[refusedName] {
		var one refusedFile
		if err := json.Unmarshal([]byte(text), &one); err != nil { // not from a page of ours
			return nil, fmt.Errorf("%w: a refused file: %w", answer.ErrMalformed, err)
		}
		if _, _, _, has := fileAt(form, one.At); !has || len(out) == forms.MaxFaults {
			continue
		}
		again := f.do == "upload" && f.at == one.At || r.MultipartForm != nil && len(r.MultipartForm.File[one.At+".file"]) > 0
		at, stays := one.At, true
		if f.do == "remove-row" {
			at, stays = afterRow(one.At, f.at)
		}
		if one.At = at; stays && !again {
			out = append(out, one)
		}
	}
	return out, nil
}

// afterRow is the control at once a row of its table has been taken out; false where it
// went with it.
func afterRow(at, row string) (string, bool) {
	table, gone, _ := strings.Cut(row, ".")
	n, isRow := rowNumber(at, table)
	out, err := strconv.Atoi(gone)
	switch {
	case !isRow || err != nil || n < out:
		return at, true
	case n == out:
		return "", false
	}
	_, column, _ := strings.Cut(strings.TrimPrefix(at, table+"."), ".")
	return rowAt{table, n - 1}.cell(column), true
}

// refuse says of files that they were not kept, and lets the page carry them on.
func (p *Pages) refuse(form *forms.Form, files []refusedFile, f *filled) error {
	for _, file := range files {
		fault, is := p.refusedFault(form, file)
		if !is {
			continue
		}
		f.refused, f.unkept = append(f.refused, fault), append(f.unkept, fault)
		if afterRefused[f.do] {
			continue
		}
		text, err := json.Marshal(file)
		if err != nil {
			return err
		}
		if f.standing == nil {
			f.standing = map[string][]string{}
		}
		f.standing[file.At] = append(f.standing[file.At], string(text))
	}
	return nil
}

// apart are the faults of a form, and by themselves the files among them that were not
// kept: such a file is not in the form, and whoever can do without it has nothing to mend.
func (f filled) apart() (wrong, unkept forms.Invalid) {
	for _, fault := range f.invalid {
		same := func(file forms.Fault) bool {
			return file.Path() == fault.Path() && file.Code == fault.Code && reflect.DeepEqual(file.Text, fault.Text)
		}
		if slices.ContainsFunc(f.unkept, same) {
			unkept = append(unkept, fault)
		} else {
			wrong = append(wrong, fault)
		}
	}
	return wrong, unkept
}
