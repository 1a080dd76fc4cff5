package print

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

//go:embed texts/*.json
var textFiles embed.FS

var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, lang := range []string{"zh-TW", "en"} {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("print: texts/%s.json: %w", lang, err)
		}
		out[lang] = m
	}
	return out, nil
})

// say is a text of the catalogue with its parameters, names and values in turn.
func say(lang, key string, params ...string) string {
	all, err := catalogue()
	if err != nil { // the embedded files are held by a test
		return key
	}
	text := forms.Text{}
	for l, m := range all {
		text[l] = m[key]
	}
	s := text.In(lang)
	if s == "" {
		return key
	}
	pairs := make([]string, 0, len(params))
	for i := 0; i+1 < len(params); i += 2 {
		pairs = append(pairs, "{"+params[i]+"}", params[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Decision is a verb as it stands on paper and on buttons, in the words that
// belong to the kind of step: an approval is 同意 in a review, 核准 in an approval
// step, 無意見 or 附意見 from a consulted unit, a result 回覆 to a question, 辦畢 from whom the work was given to.
func Decision(lang string, verb workflow.Verb, kind workflow.Kind, origin workflow.Origin, comment string) string {
	key := "verb." + string(verb)
	decides := verb == workflow.VerbApprove || verb == workflow.VerbReject
	switch {
	case verb == workflow.VerbApprove && (kind == workflow.KindConsult || origin == workflow.OriginConsult) && comment != "" && origin != workflow.OriginDelegate && origin != workflow.OriginOwed:
		key += ".consult_with"
	case (decides || verb == workflow.VerbRemoveSigner) && has(lang, key+"."+string(origin)):
		key += "." + string(origin)
	case verb == workflow.VerbApprove && kind != workflow.KindReview && kind != "",
		verb == workflow.VerbRecord && kind == workflow.KindQuestion,
		verb == workflow.VerbReject && kind == workflow.KindApprove,
		verb == workflow.VerbLapse && kind == workflow.KindConfirm,
		verb == workflow.VerbWaive && kind == workflow.KindRead,
		(verb == workflow.VerbReject || verb == workflow.VerbReturn) && kind == workflow.KindAttest,
		verb == workflow.VerbReturn && kind == workflow.KindAccept:
		key += "." + string(kind)
	}
	if s := say(lang, key); s != key {
		return s
	}
	return string(verb)
}

// DecisionOf is what an entry of a trail says was done.
func DecisionOf(lang string, e ismskit.Entry) string {
	switch {
	case e.Imported:
		return say(lang, "verb.submit.imported")
	case e.Filed:
		return say(lang, "verb.submit.filed")
	case e.Again:
		return say(lang, "verb.submit.again")
	}
	if e.Corrects != nil {
		return say(lang, "verb."+string(e.Verb)+".correct")
	}
	return Decision(lang, e.Verb, e.Kind, e.Origin, e.Comment)
}

// senderOf is the text for as what somebody sent it.
func senderOf(e ismskit.Entry) string {
	switch {
	case e.Imported:
		return "imported_by"
	case e.Filed:
		return "filed_by"
	}
	return "applicant"
}

func has(lang, key string) bool { return say(lang, key) != key }
