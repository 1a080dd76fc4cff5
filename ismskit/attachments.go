package ismskit

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/workflow"
)

// MaxAttached is how many files one act may carry (附件) beside those of fields. Each is held to
// Config.MaxUpload, and to what a field of the type files takes.
const MaxAttached = 10

// FieldAttached is the field at which forms.Invalid says what is wrong with an act's files.
const FieldAttached = "attached"

// attachVerbs are the verbs with which somebody may hand in files beside what he says: a remark, a
// decision, the answer of whoever was asked.
var attachVerbs = []workflow.Verb{
	workflow.VerbComment, workflow.VerbApprove, workflow.VerbReject, workflow.VerbReturn, workflow.VerbRecord, workflow.VerbUnable,
}

// MayAttach says whether files may come with a verb (Action.Files).
func MayAttach(v workflow.Verb) bool { return slices.Contains(attachVerbs, v) }

// AttachForm is a form with one field, FieldAttached: the files of an act, as a page asks for them.
func AttachForm() *forms.Form { return attachForm() }

var attachForm = sync.OnceValue(func() *forms.Form {
	form, err := forms.Compile(forms.Schema{
		Key: "act", Version: "1", Title: allText("attached"),
		Fields: []forms.Field{{Key: FieldAttached, Type: "files", Label: allText("attached"), MaxLength: MaxAttached}},
	}, forms.StandardTypes())
	if err != nil {
		panic(err) // it is the same form in every program
	}
	return form
})

// attached are the files that come with an act, as they were found when the actor uploaded
// them, under the names he gives them; what is wrong with them stands at FieldAttached.
func (w *work) attached(ctx context.Context, a Action) ([]forms.File, forms.Invalid, error) {
	fault := func(code string, params map[string]string) forms.Invalid {
		return forms.Invalid{{Field: FieldAttached, Code: code, Label: allText("attached"), Text: sayAll(code, func(string) map[string]string { return params })}}
	}
	if !MayAttach(a.Verb) {
		return nil, fault("attached.verb", nil), nil
	}
	if len(a.Files) > MaxAttached {
		return nil, fault("attached.many", map[string]string{"max": strconv.Itoa(MaxAttached)}), nil
	}
	var out []forms.File
	var wrong forms.Invalid
	err := w.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		var files []forms.File
		var bad forms.Invalid
		for _, f := range a.Files {
			if slices.ContainsFunc(files, func(one forms.File) bool { return one.Digest == f.Digest }) {
				continue
			}
			kept, found, err := f, w.actor.system, error(nil)
			if !found {
				kept, found, err = uploadOf(ctx, tx, w.actor, f.Digest, w.now)
			}
			if err != nil {
				return err
			}
			if !found {
				bad = append(bad, fault("attached.unknown", map[string]string{"name": cleanFileName(f.Name)})...)
				continue
			}
			if f.Name != "" {
				kept.Name = cleanFileName(f.Name)
			}
			if unfit, fits := AttachForm().CheckFile(FieldAttached, kept); !fits {
				bad = append(bad, unfit)
			}
			files = append(files, kept)
		}
		out, wrong = files, bad
		return nil
	})
	return out, wrong, err
}

// handIn puts the files of an act on the case, where whoever reads the case reads them, and on the
// entry that says whose they are.
func (w *work) handIn(files []forms.File) {
	for _, f := range files {
		w.event.Attached = append(w.event.Attached, FileNote{Name: f.Name, Size: f.Size, Digest: f.Digest, Type: f.MediaType})
		if slices.ContainsFunc(w.after.extra.Files, func(a Attached) bool { return a.Digest == f.Digest && a.Field == "" }) {
			continue
		}
		w.after.extra.Files = append(slices.Clip(w.after.extra.Files), Attached{File: f, By: w.auth.by.Person, ByName: w.auth.by.Name, At: w.now})
	}
}

func plainFile(f FileNote) any {
	m := plainMap{"name": f.Name, "size": f.Size, "digest": f.Digest}
	m.text("type", f.Type)
	return map[string]any(m)
}
