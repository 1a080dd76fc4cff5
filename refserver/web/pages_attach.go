package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// ownName says in a form of the reader's own, beside any task, which act it is for: one of its
// buttons keeps or removes a file, and the page that answers has to know whose.
const ownName = "own"

// attachID is the id of the control for the files of what is said in a task, or with a remark.
func attachID(task string) string {
	if task == "" {
		task = string(workflow.VerbComment)
	}
	return fieldID(ismskit.FieldAttached + "-" + task)
}

// handedIn reads the files that come with what is said: those that the form carries, and those
// that were chosen in it, which are kept. What it has then stands in posted.
func (p *Pages) handedIn(r *http.Request, posted forms.Posted) (filled, error) {
	f, err := p.readOf(r, ismskit.AttachForm(), "")
	if err != nil {
		return f, err
	}
	dropBelow(posted, ismskit.FieldAttached)
	for name, texts := range f.posted {
		if strings.HasPrefix(name, ismskit.FieldAttached+".") {
			posted[name] = texts
		}
	}
	return f, nil
}

// files are the files that come with an act.
func (a attempt) files() []forms.File {
	files, _ := a.attached.values[ismskit.FieldAttached].([]forms.File)
	return files
}

// attachField asks for files beside what is said. mine says that the page shows an attempt in it.
func (p *Pages) attachField(r *http.Request, task string, a attempt, mine bool) (*fieldView, error) {
	s := sheet{form: ismskit.AttachForm(), posted: forms.Posted{}, values: forms.Values{}}
	if mine {
		s.posted, s.values = a.attached.posted, a.attached.values
		s.invalid = slices.DeleteFunc(slices.Clone(a.invalid), func(f forms.Fault) bool { return f.Field != ismskit.FieldAttached })
	}
	list, err := p.fields(r, s)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	v := list[0]
	v.ID, v.Help = attachID(task), p.text(r, "case.attach_hint", "N", ismskit.MaxAttached)+v.Help
	return &v, nil
}

// attaches says whether a task's form asks for files beside its own: where something is said in
// it, and no field takes files.
func attaches(t ismskit.MyTask, box taskBox) bool {
	return !box.HasFiles && slices.ContainsFunc(t.Offers, func(o workflow.Offer) bool { return ismskit.MayAttach(o.Verb) })
}
