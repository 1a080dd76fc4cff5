package document

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Refusal says why a document or version was not accepted. Errors other than a
// Refusal come from the Store.
type Refusal struct {
	Code string // key of the catalogue, e.g. "number_taken"
	// Field is the part of a filing that is to be mended, one of the Field constants; "" for
	// none in particular.
	Field  string
	Params map[string]string
}

// Parts of a filing at which a refusal stands, as the REST interface calls them.
const (
	FieldNumber      = "number"
	FieldTitle       = "title"
	FieldLevel       = "level"
	FieldClass       = "class"
	FieldLabel       = "version"
	FieldIssued      = "issued"
	FieldApproved    = "approved"
	FieldNextReview  = "next_review"
	FieldOwner       = "owner"
	FieldParent      = "parent"
	FieldRelations   = "relations"
	FieldMonths      = "review_months"
	FieldNote        = "note"
	FieldReviser     = "reviser"
	FieldDescription = "description"
	FieldBand        = "band"
	FieldApprover    = "approver"
	FieldApprovalWay = "approval_way"
	FieldApprovalNo  = "approval_no"
	FieldFiles       = "files"
	FieldSupersedes  = "supersedes"
	FieldReason      = "reason" // of a withdrawal, or of a correction
)

// Error renders the refusal in English.
func (r *Refusal) Error() string { return "document: " + r.Text("en") }

// Text renders the refusal for people.
func (r *Refusal) Text(lang string) string { return say(r.Code, r.Params, lang) }

// RefuseDate is the refusal of what is no date.
func RefuseDate(date string) *Refusal { return refuse("date_form", "date", date) }

// RefuseDigest is the refusal of what is no SHA-256 in hex.
func RefuseDigest() *Refusal { return refuse("digest_form") }

// RefuseGone is the refusal of a file that whoever files it has not uploaded, or too
// long ago.
func RefuseGone(name string) *Refusal { return refuseAt(FieldFiles, "file_gone", "name", name) }

// RefuseKind is the refusal of a file that is no text, table or picture.
func RefuseKind(name string) *Refusal { return refuseAt(FieldFiles, "file_kind", "name", name) }

// RefuseContent is the refusal of a file whose name is that of a text, table or picture, but
// whose content is none.
func RefuseContent(name string) *Refusal { return refuseAt(FieldFiles, "file_content", "name", name) }

// How a number that is not as the house numbers its documents is refused.
const (
	NumberTold  = "number_pattern" // it may be kept by whoever has been told
	NumberMust  = "number_must"
	NumberGiven = "number_given" // none is to be typed at all
)

// RefuseNumber is the refusal of such a number; next is the one that would be given.
func RefuseNumber(code, number, pattern, next string) *Refusal {
	return refuseAt(FieldNumber, code, "number", number, "pattern", pattern, "next", cmp.Or(next, pattern))
}

// RefuseAsked is the refusal of a number for which a request for a new document is on its way; request is the
// number of that, "" for who may not know it.
func RefuseAsked(number, request string) *Refusal {
	if request == "" {
		return refuseAt(FieldNumber, "number_kept", "number", number)
	}
	return refuseAt(FieldNumber, "number_asked", "number", number, "request", request)
}

// RefuseOwner is the refusal of an owner that is no unit and no group of the house.
func RefuseOwner(owner string) *Refusal { return refuseAt(FieldOwner, "owner_unknown", "owner", owner) }

// RefuseOwnerTwice is the refusal of a name that several units or groups of the house have: which
// names them as they may be named instead.
func RefuseOwnerTwice(owner string, which []string) *Refusal {
	return refuseAt(FieldOwner, "owner_twice", "owner", owner, "which", strings.Join(which, ", "))
}

// RefuseClass is the refusal of a class of confidentiality that can't be chosen; choices are those
// that can, as they may be named.
func RefuseClass(class string, choices []string) *Refusal {
	return refuseAt(FieldClass, "class_unknown", "class", class, "choices", strings.Join(choices, ", "))
}

// RefuseReviewNote is the refusal of a review that says nothing.
func RefuseReviewNote() *Refusal { return refuseAt(FieldNote, "review_note") }

// RefuseReason is what is wrong with the reason for a correction: none, or one too long.
func RefuseReason(reason string) Refusals {
	if strings.TrimSpace(reason) == "" {
		return Refusals{refuseAt(FieldReason, "correction_reason")}
	}
	return checkLengths(limited{FieldReason, reason, MaxText})
}

// RefuseEndReason is what is wrong with the reason for a retirement or a stop: none, or one too long.
func RefuseEndReason(reason string) Refusals {
	if strings.TrimSpace(reason) == "" {
		return Refusals{refuseAt(FieldReason, "end_reason")}
	}
	return checkLengths(limited{FieldReason, reason, MaxText})
}

// RefuseEmpty is the refusal of a version without a file that nobody said is only listed.
func RefuseEmpty() *Refusal { return refuseAt(FieldFiles, "file_needed") }

func refuse(code string, params ...string) *Refusal { return refuseAt("", code, params...) }

func refuseAt(field, code string, params ...string) *Refusal {
	return &Refusal{Code: code, Field: field, Params: pairs(params)}
}

// Notice is what must be said wherever a version is shown, printed or
// downloaded, as data: that it is an old one, by which it was replaced.
type Notice struct {
	Code   string
	Params map[string]string
	// Title is what {title} stands for, by language, nil where the notice names none: who may not
	// read the document is not to be told of such a notice.
	Title map[string]string
	// Heading is the title that stands above the notice of another one.
	Heading map[string]string
}

// NoticesIn are those for a reader in a language: of another title only where it is another in
// that language, or where one of the two is in others alone, in one that both have.
func NoticesIn(all []Notice, lang string) []Notice {
	return slices.DeleteFunc(slices.Clone(all), func(n Notice) bool { return n.Title != nil && sameTitle(n.Title, n.Heading, lang) })
}

// sameTitle compares two titles as a reader in a language knows them. A translation that was
// added is no other title.
func sameTitle(one, other map[string]string, lang string) bool {
	for _, l := range slices.Concat([]string{lang, "zh-TW", "en"}, slices.Sorted(maps.Keys(one))) {
		if one[l] != "" && other[l] != "" {
			return one[l] == other[l]
		}
	}
	return TitleIn(one, lang) == TitleIn(other, lang)
}

// Text renders the notice for people, with Minguo dates in zh-TW.
func (n Notice) Text(lang string) string {
	if n.Title == nil {
		return say(n.Code, n.Params, lang)
	}
	return say(n.Code, map[string]string{"title": TitleIn(n.Title, lang)}, lang)
}

func notice(code string, params ...string) Notice { return Notice{Code: code, Params: pairs(params)} }

// of is the notice with a title in it, below another.
func (n Notice) of(title, heading map[string]string) Notice {
	n.Title, n.Heading = title, heading
	return n
}

func pairs(list []string) map[string]string {
	m := make(map[string]string, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}

//go:embed texts/*.json
var textFiles embed.FS

var catalogue = sync.OnceValues(func() (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, lang := range []string{"zh-TW", "en"} {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("texts/%s.json: %w", lang, err)
		}
		all[lang] = texts
	}
	return all, nil
})

// say fills a text of the catalogue. A language other than English is answered in
// zh-TW, a missing text by its code: both are held by tests.
func say(code string, params map[string]string, lang string) string {
	english := lang == "en" || strings.HasPrefix(lang, "en-")
	texts, err := catalogue()
	if err != nil {
		return code
	}
	text, ok := texts["zh-TW"][code]
	if english {
		text, ok = texts["en"][code]
	}
	if !ok {
		return code
	}
	for key, value := range params {
		if !english {
			value = minguo(value)
		}
		text = strings.ReplaceAll(text, "{"+key+"}", value)
	}
	return text
}

// minguo writes an ISO date as in tables (115.12.15); anything else stays as it is.
func minguo(value string) string {
	t, err := time.Parse(time.DateOnly, value)
	if err != nil || t.Year() <= 1911 {
		return value
	}
	return strconv.Itoa(t.Year()-1911) + t.Format(".01.02")
}

func validDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
