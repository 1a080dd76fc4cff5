package web

import (
	"errors"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

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
// nobody has to choose a file twice. It returns those that were refused.
func (p *Pages) keepFiles(r *http.Request, form *forms.Form, posted forms.Posted) ([]refusedFile, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var refused []refusedFile
	for _, control := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		name, isFile := strings.CutSuffix(control, ".file")
		path, _, many, ok := fileAt(form, name)
		if !isFile || !ok {
			continue
		}
		for _, header := range r.MultipartForm.File[control] {
			file := forms.File{Name: header.Filename, Size: header.Size}
			_, fits := form.CheckFile(path, file)
			if fits {
				kept, err := p.keepFile(r, header)
				if bad, is := refusal(name, file, err); is {
					refused = append(refused, bad)
					continue
				}
				if err != nil {
					return nil, err
				}
				file = kept
				_, fits = form.CheckFile(path, file)
			}
			if !fits {
				refused = append(refused, refusedFile{At: name, Why: "rules", File: file})
				continue
			}
			putFile(posted, name, file, many)
		}
	}
	return refused, nil
}

func (p *Pages) keepFile(r *http.Request, header *multipart.FileHeader) (file forms.File, err error) {
	body, err := header.Open()
	if err != nil {
		return forms.File{}, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	return p.kit.Files().Upload(r.Context(), p.actor(r), nameOf(header), body)
}

// nameOf is what a file is called that came with a form. A browser writes a quotation mark in it as
// %22, and nothing else of the kind that could be in a name (the standard for multipart forms).
func nameOf(header *multipart.FileHeader) string {
	return strings.ReplaceAll(header.Filename, "%22", `"`)
}

// uploadFault is the sentence for a file that was refused; nil when it was not
// refused.
func (p *Pages) uploadFault(err error) forms.Text {
	if infected, ok := errors.AsType[*ismskit.Infected](err); ok {
		return p.everyLang("trouble.infected", "Name", infected.Name)
	}
	var worded said
	if large, ok := errors.AsType[*ismskit.TooLarge](err); ok {
		worded = large
	} else if unfit, ok := errors.AsType[*ismskit.Untaken](err); ok {
		worded = unfit
	} else if unscanned, ok := errors.AsType[*ismskit.Unscanned](err); ok {
		worded = unscanned
	} else {
		return nil
	}
	out := forms.Text{}
	for _, lang := range p.renderer.Texts().Languages() {
		out[lang] = worded.Text(lang)
	}
	return out
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
