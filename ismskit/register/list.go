package register

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/forms"
)

// List describes one living list. It is data; New compiles it.
type List struct {
	Key   string     `json:"key"` // also Row.List, e.g. "people"
	Title forms.Text `json:"title"`

	// TitleField is the field a row is called by, TitleFieldEN the same in English.
	TitleField   string `json:"title_field"`
	TitleFieldEN string `json:"title_field_en,omitempty"`

	// KeyFields are looked up exactly (Row.Keys), TextFields as free text
	// (Row.Text). A column of a table is written "holders.person".
	KeyFields  []string `json:"key_fields,omitempty"`
	TextFields []string `json:"text_fields,omitempty"`

	// From and To are the fields (date or date_time) that bound a row's life.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Successors is the field that names the rows which take over at the end.
	Successors string `json:"successors,omitempty"`
	// Agency is the field that names the agency a row is for (K22); a row without
	// one is for all.
	Agency string `json:"agency,omitempty"`

	Owner Owner `json:"owner"`
	// Guards are rules in Go that a change must pass, by name.
	Guards []string     `json:"guards,omitempty"`
	Schema forms.Schema `json:"schema"`
}

// Owner says who looks after the rows of a list, so that an application system's
// permission items are kept by that system's owner (B5.2).
type Owner struct {
	// Fields name the people of a row who may change that row.
	Fields []string `json:"fields,omitempty"`
	// Roles may change every row, add rows and end them.
	Roles []RoleKey `json:"roles,omitempty"`
	// Managers is the field of a row that names the roles, by their rows, whose people change
	// Managed, fields of the row, and nothing else of it (B1.1): a role says who sets its members.
	Managers string   `json:"managers,omitempty"`
	Managed  []string `json:"managed,omitempty"`
}

// RoleKey names a role of a module.
type RoleKey struct {
	Module string `json:"module"`
	Role   string `json:"role"`
}

// ParseList reads a list from JSON; an unknown key is an error that names it.
func ParseList(b []byte) (List, error) {
	var raw struct {
		List
		Schema json.RawMessage `json:"schema"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		return List{}, fmt.Errorf("register: list: %w", err)
	}
	schema, err := forms.ParseSchema(raw.Schema)
	if err != nil {
		return List{}, fmt.Errorf("register: list %q: %w", raw.Key, err)
	}
	raw.List.Schema = schema
	return raw.List, nil
}
