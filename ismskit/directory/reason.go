package directory

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Reason says as data why nobody was found, or what was done to find somebody.
type Reason struct {
	Code   string
	Params map[string]string
}

// Codes of a Reason. The first group comes with holders, the second without.
const (
	WentUp         = "went_up"          // the unit has no head at the moment; the one above was asked
	WentToFallback = "went_to_fallback" // an agency of its own has nobody; its declared fallback was asked
	UnitReplaced   = "unit_replaced"    // the unit has ended; its successor was asked
	IsHead         = "is_head"          // the person heads the unit himself; a unit above was asked
	IsHeadPost     = "is_head_post"     // the same; the post above was asked

	UnknownKind     = "unknown_kind"
	UnknownPerson   = "unknown_person"
	PersonLeft      = "person_left"
	PersonNotYet    = "person_not_yet"
	PersonExternal  = "person_external"
	PersonMoved     = "person_moved" // he works in another unit by now
	UnknownPost     = "unknown_post"
	PostNotInForce  = "post_not_in_force"
	PostVacant      = "post_vacant"
	UnknownUnit     = "unknown_unit"
	UnitNotInForce  = "unit_not_in_force"
	NoHead          = "no_head"
	AgencyBorder    = "agency_border" // an agency of its own without a declared fallback
	NobodyAbove     = "nobody_above"  // the top of the house
	UnknownRole     = "unknown_role"
	RoleEmpty       = "role_empty"
	UnknownRegister = "unknown_register"
	UnknownRow      = "unknown_row"
	RowNotInForce   = "row_not_in_force"
	FieldEmpty      = "field_empty"
)

// Zero reports whether there is nothing to say.
func (r Reason) Zero() bool { return r.Code == "" }

// Text renders the reason for people, with Minguo dates in zh-TW.
func (r Reason) Text(lang string) string {
	if r.Zero() {
		return ""
	}
	english := lang == "en" || strings.HasPrefix(lang, "en-")
	all, err := catalogue()
	if err != nil { // the embedded texts are held by a test
		return r.Code
	}
	text := all["zh-TW"][r.Code]
	if english {
		text = all["en"][r.Code]
	}
	for key, value := range r.Params {
		if !english {
			value = minguo(value)
		}
		text = strings.ReplaceAll(text, "{"+key+"}", value)
	}
	return text
}

func reason(code string, params ...string) Reason {
	r := Reason{Code: code}
	if len(params) > 0 {
		r.Params = make(map[string]string, len(params)/2)
	}
	for i := 0; i+1 < len(params); i += 2 {
		r.Params[params[i]] = params[i+1]
	}
	return r
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
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("texts/%s.json: %w", lang, err)
		}
		all[lang] = m
	}
	return all, nil
})

// minguo writes an ISO date as in tables (115.11.30); anything else stays as it is.
func minguo(value string) string {
	t, err := time.Parse(time.DateOnly, value)
	if err != nil || t.Year() <= 1911 {
		return value
	}
	return strconv.Itoa(t.Year()-1911) + t.Format(".01.02")
}
