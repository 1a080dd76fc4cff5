package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/answer"
)

// Type is a form type on offer.
type Type struct {
	Key       string   `json:"key"`
	Version   string   `json:"version"`
	Title     string   `json:"title"`
	FormNo    string   `json:"form_no,omitempty" doc:"Its number in document control."`
	Edition   string   `json:"edition,omitempty"`
	Issued    string   `json:"issued,omitempty" format:"date"`
	Template  bool     `json:"template,omitempty" doc:"The organisation has issued no document under form_no yet: edition and issued are those of the template that the type was modelled on."`
	Module    string   `json:"module,omitempty"`
	Class     string   `json:"class,omitempty" doc:"A row of the register classes, by its id."`
	Minutes   int      `json:"minutes,omitempty" doc:"About how long it takes to fill in."`
	Steps     []string `json:"steps" nullable:"false" doc:"The steps it goes through."`
	Choose    []Choice `json:"choose,omitempty" nullable:"false" doc:"Later steps whose people the applicant chooses: chosen, in the requests that keep, check and send."`
	Unstaffed []string `json:"unstaffed,omitempty" nullable:"false" doc:"Why it cannot be sent at present: steps for which nobody can be found."`
	Barred    []string `json:"barred,omitempty" nullable:"false" doc:"Why none can begin on this server at present; on a form that was abolished what was approved by word of mouth before is sent all the same, where the type knows such approvals."`
}

// Choice is a later step whose people the applicant chooses.
type Choice struct {
	Step string `json:"step"`
	Name string `json:"name"`
	Max  int    `json:"max" doc:"At most so many."`
}

// TypeForm is a form type with its form.
type TypeForm struct {
	Type
	Form   forms.FormView `json:"form"`
	Limits Limits         `json:"limits"`
}

// Limits are what the values of a form are held to, beside the form's own rules.
type Limits struct {
	Bytes     int   `json:"bytes" doc:"JSON of the values."`
	Depth     int   `json:"depth" doc:"Nesting."`
	Rows      int   `json:"rows" doc:"Of a table whose field says nothing."`
	Items     int   `json:"items" doc:"Of a list."`
	FileBytes int64 `json:"file_bytes" doc:"Of one uploaded file."`
}

// TypePath names a type by its key, such as account_request.
type TypePath struct {
	Type string `path:"type" maxLength:"100"`
}

// typeQuery is a type, and for one by which papers are entered the number of a paper.
type typeQuery struct {
	TypePath
	Number string `query:"number" maxLength:"60" doc:"Of a type by which papers are entered: the number on the paper. The answer is then the version of the case that went on on paper under it."`
}

type typesAnswer struct {
	Body struct {
		Items []Type `json:"items" nullable:"false"`
	}
}

type typeAnswer struct {
	Body TypeForm
}

type checkRequest struct {
	TypePath
	Body struct {
		Values    json.RawMessage     `json:"values" doc:"The fields, by key."`
		Draft     bool                `json:"draft,omitempty" doc:"Gaps are allowed, as in a draft."`
		Chosen    map[string][]string `json:"chosen,omitempty" maxProperties:"50" doc:"The people of later steps, by step, where the applicant chooses them."`
		Case      string              `json:"case,omitempty" maxLength:"100" doc:"A draft or returned case: values are changes of its fields then."`
		Applicant string              `json:"applicant,omitempty" maxLength:"100" doc:"Whose request it is to be, as in POST /cases; without a case only."`
	}
}

type checkAnswer struct {
	Body struct {
		Valid  bool            `json:"valid"`
		Errors []FieldError    `json:"errors" nullable:"false"`
		Values json.RawMessage `json:"values" doc:"The fields as they would be kept: names filled in, computed fields set."`
	}
}

type routeRequest struct {
	TypePath
	Body struct {
		Values    json.RawMessage     `json:"values" doc:"The fields as far as they are filled in."`
		Chosen    map[string][]string `json:"chosen,omitempty" maxProperties:"50" doc:"The people of later steps, by step, where the applicant chooses them."`
		Case      string              `json:"case,omitempty" maxLength:"100" doc:"The draft or returned case, if there is one: values are changes of its fields then."`
		Applicant string              `json:"applicant,omitempty" maxLength:"100" doc:"Whose request it is to be, as in POST /cases; without a case only."`
	}
}

type routeAnswer struct {
	Body Route
}

func (a *API) typeOperations() {
	add(a, operation{id: "list-types", method: http.MethodGet, path: "/types", tag: "types", summary: "Form types one may open"}, a.listTypes)
	add(a, operation{id: "get-type", method: http.MethodGet, path: "/types/{type}", tag: "types",
		summary: "A form type with its fields, rules and limits", refusals: []int{s404}}, a.getType)
	add(a, operation{id: "check-form", method: http.MethodPost, path: "/types/{type}/check", tag: "types",
		summary: "Check a form as far as it is filled in, keeping nothing", refusals: []int{s404}}, a.checkForm)
	add(a, operation{id: "preview-route", method: http.MethodPost, path: "/types/{type}/route", tag: "types",
		summary: "The route a form would take: who, in which order, why, when due", refusals: []int{s404}}, a.previewRoute)
}

func typeView(t ismskit.TypeInfo, lang string) Type {
	out := Type{
		Key: t.Key, Version: t.Version, Title: t.Title.In(lang), FormNo: t.FormNo, Edition: t.Edition, Template: t.Template,
		Module: t.Module, Class: t.Class, Minutes: t.Minutes, Steps: []string{},
	}
	if !t.Issued.IsZero() {
		out.Issued = t.Issued.String()
	}
	for _, s := range t.Steps {
		out.Steps = append(out.Steps, in(s, lang))
	}
	for _, c := range t.Choose {
		out.Choose = append(out.Choose, Choice{Step: c.Step, Name: in(c.Name, lang), Max: c.Max})
	}
	if t.Barred != nil {
		out.Barred = t.Barred.Texts(lang)
	}
	if t.Unstaffed != nil {
		for _, s := range t.Unstaffed.Steps {
			out.Unstaffed = append(out.Unstaffed, unstaffedLine(s, lang))
		}
	}
	return out
}

func (a *API) listTypes(ctx context.Context, _ *struct{}) (*typesAnswer, error) {
	types, err := a.kit.Types().List(ctx, actor(ctx))
	if err != nil {
		return nil, err
	}
	out := &typesAnswer{}
	out.Body.Items = []Type{}
	for _, t := range types {
		out.Body.Items = append(out.Body.Items, typeView(t, langOf(ctx)))
	}
	return out, nil
}

func (a *API) getType(ctx context.Context, in *typeQuery) (*typeAnswer, error) {
	info, form, err := a.kit.Types().Get(ctx, actor(ctx), in.Type)
	if err == nil && in.Number != "" {
		info, form, err = a.kit.Types().Prefills().Form(ctx, actor(ctx), ismskit.Preview{Type: in.Type, Values: forms.Values{ismskit.FieldPaperNumber: in.Number}})
	}
	if err != nil {
		return nil, err
	}
	lang := langOf(ctx)
	bytes := form.Schema().MaxBytes
	if bytes == 0 {
		bytes = forms.DefaultMaxBytes
	}
	return &typeAnswer{Body: TypeForm{
		Type: typeView(info, lang), Form: form.Describe(lang),
		Limits: Limits{Bytes: bytes, Depth: forms.MaxDepth, Rows: forms.MaxRows, Items: forms.MaxItems, FileBytes: a.o.MaxUpload},
	}}, nil
}

// decode reads changes of a form's fields; without any it is nil. key is that of
// the request, if it has one.
func decode(ctx context.Context, form *forms.Form, values json.RawMessage, key string) (forms.Values, forms.Invalid) {
	if len(values) == 0 {
		return nil, nil
	}
	return namingRows(ctx, form, key).DecodeChanges(values)
}

// decodeDraft reads changes of a draft, and what of them cannot be read yet.
func decodeDraft(ctx context.Context, form *forms.Form, values json.RawMessage, key string) (forms.Values, forms.Posted, forms.Invalid) {
	if len(values) == 0 {
		return nil, nil, nil
	}
	return namingRows(ctx, form, key).DecodeDraft(values)
}

// namingRows is a form that reads the same request as the same rows each time it is
// sent, where it has an idempotency key.
func namingRows(ctx context.Context, form *forms.Form, key string) *forms.Form {
	if key == "" {
		return form
	}
	return form.NamingRows(actor(ctx).Person + "\x00" + key)
}

func (a *API) checkForm(ctx context.Context, in *checkRequest) (*checkAnswer, error) {
	form, values, invalid, err := a.formOf(ctx, in.Type, in.Body.Case, in.Body.Values)
	if err != nil {
		return nil, err
	}
	if unreadable(invalid) {
		return nil, invalid
	}
	accepted, faults, err := a.kit.Types().Validate(ctx, actor(ctx), ismskit.Preview{Case: in.Body.Case, Type: in.Type, Applicant: in.Body.Applicant, Values: values, Chosen: in.Body.Chosen}, in.Body.Draft)
	if err != nil {
		return nil, err
	}
	out := &checkAnswer{}
	all := form.InOrder(invalid.With(faults))
	out.Body.Valid, out.Body.Errors, out.Body.Values = len(all) == 0, fieldErrors(all, langOf(ctx)), form.EncodeJSON(accepted)
	return out, nil
}

// formOf decodes values by the form they belong to: that of a case, which keeps
// its version, or the newest of a type.
func (a *API) formOf(ctx context.Context, key, caseID string, values json.RawMessage) (*forms.Form, forms.Values, forms.Invalid, error) {
	if caseID == "" {
		_, form, err := a.kit.Types().Get(ctx, actor(ctx), key)
		if err == nil {
			form, err = a.ofPaper(ctx, form, "", values)
		}
		if err != nil {
			return nil, nil, nil, err
		}
		decoded, invalid := decode(ctx, form, values, "")
		return form, decoded, invalid, nil
	}
	c, err := a.kit.Case(ctx, actor(ctx), caseID)
	if err != nil {
		return nil, nil, nil, err
	}
	if c.Type != key {
		return nil, nil, nil, ismskit.ErrNotFound
	}
	form, err := a.ofDraft(ctx, c, values)
	if err != nil {
		return nil, nil, nil, err
	}
	decoded, invalid := decode(ctx, form, values, "")
	return form, decoded, invalid, nil
}

// ofPaper is the form by which values are read that are sent for a new form or a draft: that of the
// version of the sheet where they are a paper's, else the form itself.
func (a *API) ofPaper(ctx context.Context, form *forms.Form, caseID string, values json.RawMessage) (*forms.Form, error) {
	if _, paper := form.Field(ismskit.FieldPaperNumber); !paper || len(values) == 0 {
		return form, nil
	}
	read, _, _ := form.DecodeDraft(values) // for the number alone: what is wrong is said by the form that is found
	_, of, err := a.kit.Types().Prefills().Form(ctx, actor(ctx), ismskit.Preview{Case: caseID, Type: form.Schema().Key, Values: read})
	return of, err
}

// ofDraft is the form by which changes of a case are read, which is its own but for a paper's draft.
func (a *API) ofDraft(ctx context.Context, c ismskit.Case, values json.RawMessage) (*forms.Form, error) {
	if !c.MayEdit {
		return c.Form, nil
	}
	return a.ofPaper(ctx, c.Form, c.ID, values)
}

// refused is what is wrong with a form of which something could not be read: that, and with
// it whatever else must be mended before it is taken. nil where all of it was read.
func (a *API) refused(ctx context.Context, form *forms.Form, invalid forms.Invalid, p ismskit.Preview, draft bool) error {
	if len(invalid) == 0 || unreadable(invalid) {
		return invalid.Err()
	}
	_, more, err := a.kit.Types().Validate(ctx, actor(ctx), p, draft)
	if err != nil {
		return err
	}
	return form.InOrder(invalid.With(more)).Err()
}

// unreadable says that values could not be read at all.
func unreadable(invalid forms.Invalid) bool {
	return len(invalid) > 0 && answer.Status(invalid) != http.StatusUnprocessableEntity
}

func (a *API) previewRoute(ctx context.Context, in *routeRequest) (*routeAnswer, error) {
	form, values, invalid, err := a.formOf(ctx, in.Type, in.Body.Case, in.Body.Values)
	if err != nil {
		return nil, err
	}
	if unreadable(invalid) {
		return nil, invalid
	}
	r, err := a.kit.Route(ctx, actor(ctx), ismskit.Preview{Case: in.Body.Case, Type: in.Type, Applicant: in.Body.Applicant, Values: values, Chosen: in.Body.Chosen})
	if err != nil {
		return nil, err
	}
	answer := &routeAnswer{Body: route(r, langOf(ctx))}
	if r.Follows != nil {
		answer.Body.Follows = form.EncodeJSON(r.Follows)
	}
	return answer, nil
}
