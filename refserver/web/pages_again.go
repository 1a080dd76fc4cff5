package web

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// sentForm is a form as it was sent, without what is in its files.
type sentForm struct {
	path   string // with the query, within the pages
	fields url.Values
	files  []sentFile
}

// sentFile is a file that was chosen in a form.
type sentFile struct{ control, name string }

// filesName is where the names of files stand that were chosen and not kept.
const filesName = "kept_files"

// mostTyped bounds what is kept of a form: files are not among it.
const mostTyped = forms.MaxBytes

// kept are the fields with the names of the files, which have to be chosen again.
func (f sentForm) kept() url.Values {
	out := maps.Clone(f.fields)
	for _, file := range f.files {
		out[filesName] = append(slices.Clone(out[filesName]), file.name)
	}
	return out
}

type sentKey struct{}

// remembering gives a request the place where its form is remembered: whoever answers
// for a failure may hold the request as it came, whose body has been read by then.
func remembering(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sentKey{}, &sentForm{}))
}

// remember keeps a form that was read.
func remember(r *http.Request) {
	if kept, ok := r.Context().Value(sentKey{}).(*sentForm); ok {
		*kept = readForm(r)
	}
}

// readForm is the form of a request that has been parsed.
func readForm(r *http.Request) sentForm {
	out := sentForm{path: r.URL.RequestURI(), fields: r.PostForm}
	if r.MultipartForm != nil {
		for _, control := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
			for _, file := range r.MultipartForm.File[control] {
				if file.Filename != "" {
					out.files = append(out.files, sentFile{control, file.Filename})
				}
			}
		}
	}
	return out
}

// sent is the form that a request brought, as it may be shown again or kept.
func sent(r *http.Request) (sentForm, error) {
	form, err := brought(r)
	form.fields = withoutProof(form.fields)
	return form, err
}

// brought is the form that a request brought: as it was read, or read now.
func brought(r *http.Request) (sentForm, error) {
	if kept, ok := r.Context().Value(sentKey{}).(*sentForm); ok && kept.path != "" {
		return *kept, nil
	}
	if r.PostForm != nil {
		return readForm(r), nil
	}
	return typedOnly(r)
}

// typedOnly reads what was typed into a form and passes its files by: nobody knows
// yet who sends it, or nothing can be done with them.
func typedOnly(r *http.Request) (sentForm, error) {
	out := sentForm{path: r.URL.RequestURI(), fields: url.Values{}}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return out, err
	}
	if kind != "multipart/form-data" {
		r.Body = http.MaxBytesReader(nil, r.Body, mostTyped)
		if err := r.ParseForm(); err != nil {
			return out, err
		}
		out.fields = r.PostForm
		return out, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return out, err
	}
	room := int64(mostTyped)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if room, err = out.add(part, room); err != nil {
			return out, err
		}
	}
}

// add takes in one part of a form, of a file only its name; it returns how much room
// is left.
func (f *sentForm) add(part *multipart.Part, room int64) (int64, error) {
	if name := part.FileName(); name != "" {
		f.files = append(f.files, sentFile{part.FormName(), name})
		return room - int64(len(name)), nil
	}
	if strings.HasSuffix(part.FormName(), ".file") {
		return room, nil // none was chosen
	}
	text, err := io.ReadAll(io.LimitReader(part, room+1))
	if room -= int64(len(text) + len(part.FormName())); err == nil && room < 0 {
		err = ismskit.ErrTooLarge
	}
	f.fields.Add(part.FormName(), string(text))
	return room, err
}

// againForm is a form that could not be carried out, to be sent once more as it was.
type againForm struct {
	Action string
	Fields []againField
	Files  []againFile
	// Safe says that it carries the key of its action: what was carried out after all
	// isn't done twice.
	Safe bool
}

type againField struct{ Name, Value string }

// againFile is a control whose files have to be chosen again.
type againFile struct {
	Name, Files string
	Many        bool
}

// again is what somebody sent and the server could not carry out; nil where nothing
// was sent, where a script asked, which keeps its page, and at the door: a password
// never comes back on a page.
func (r *Renderer) again(req *http.Request) *againForm {
	if req.Method != http.MethodPost || req.Header.Get(partHeader) != "" || slices.Contains(doorPaths, req.URL.Path) {
		return nil
	}
	form, err := sent(req)
	if err != nil {
		r.logQuietly(req.Context(), "form of an error page", err)
		return nil
	}
	to := SafeNext(form.path, "")
	if to == "" {
		return nil
	}
	out := &againForm{Action: r.Href(to), Safe: form.fields.Get("token") != ""}
	for _, name := range slices.Sorted(maps.Keys(form.fields)) {
		for _, value := range form.fields[name] {
			out.Fields = append(out.Fields, againField{name, value})
		}
	}
	for _, file := range form.files {
		i := slices.IndexFunc(out.Files, func(f againFile) bool { return f.Name == file.control })
		if i < 0 {
			out.Files = append(out.Files, againFile{Name: file.control, Files: file.name})
			continue
		}
		out.Files[i].Many = true
		out.Files[i].Files += r.Text(req, "word.list") + file.name
	}
	return out
}
