package forms

import "encoding/json"

// Schema is a form as data: what an officer designs, what is versioned, what a pack carries. It does nothing until
// [Compile] has made a Form of it. The zero values of its parts mean "no rule".
type Schema struct {
	Key     string  `json:"key"`     // lower case, e.g. account_request
	Version string  `json:"version"` // e.g. 1.4; the pair (Key, Version) names one unchangeable body
	Title   Text    `json:"title"`
	Fields  []Field `json:"fields"`
	Rules   []Rule  `json:"rules,omitempty"`
	// MaxBytes limits the JSON of one filled-in form; 0 means DefaultMaxBytes, more than MaxBytes is refused.
	MaxBytes int `json:"max_bytes,omitempty"`
}

// Field is one question of a form, or one column of a table.
type Field struct {
	Key      string `json:"key"`
	Type     string `json:"type"` // the Name of a Type
	Label    Text   `json:"label"`
	Help     Text   `json:"help,omitempty"`
	Required bool   `json:"required,omitempty"`
	// Later marks a field that the applicant isn't asked: it belongs to a later step, which names it in its Rights.
	Later bool `json:"later,omitempty"`
	// Anew marks an answer that holds for one request only, such as an undertaking: it is
	// not brought over where a form begins with the answers of an earlier one.
	Anew bool `json:"anew,omitempty"`

	Min         Limit  `json:"min,omitempty"` // of the value; dates also "today", "today+7", "today-1"
	Max         Limit  `json:"max,omitempty"`
	MinLength   int    `json:"min_length,omitempty"` // of text in characters (字串(下)), of lists in items
	MaxLength   int    `json:"max_length,omitempty"` // (字串(上))
	Pattern     string `json:"pattern,omitempty"`    // RE2, matched whole; for a serial the number pattern
	PatternText Text   `json:"pattern_text,omitempty"`

	Options     []Option     `json:"options,omitempty"`
	OptionsFrom *OptionsFrom `json:"options_from,omitempty"`

	ShowIf    string `json:"show_if,omitempty"`
	RequireIf string `json:"require_if,omitempty"`
	Compute   string `json:"compute,omitempty"`
	// Fact makes a computed field what the register says of chosen options; it stands instead of Compute.
	Fact *OptionFact `json:"fact,omitempty"`

	Fields    []Field   `json:"fields,omitempty"`     // columns of a table
	VariantBy string    `json:"variant_by,omitempty"` // the column whose choice decides the variant of a row
	Variants  []Variant `json:"variants,omitempty"`
	RowTitle  string    `json:"row_title,omitempty"` // the column by which messages call a row
	MinRows   int       `json:"min_rows,omitempty"`
	MaxRows   int       `json:"max_rows,omitempty"` // 0 means MaxRows
	// Unique lists what may occur once in a table: a column, or several joined by "+"
	// ("system+account"). Rows with a gap in one of them are not compared, but where its name
	// ends in "?" ("system+account?"): no account is then the same as no account.
	Unique []string `json:"unique,omitempty"`

	Params map[string]any `json:"params,omitempty"` // of the type; each type says which it knows
}

// Option is one answer that can be chosen.
type Option struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Help  Text   `json:"help,omitempty"`
}

// OptionsFrom says that the options belong to a row of a register: the permission items of the chosen system, kept
// by that system's owner (B5.2); or to a document (OfDocument): its clauses. Without Of and List the
// rows of the register themselves are the options.
type OptionsFrom struct {
	Register string `json:"register"`       // the register the row is in
	Of       string `json:"of,omitempty"`   // the ref field beside this one that holds the row
	List     string `json:"list,omitempty"` // the field of that row which lists the options
}

// Rows says that the rows of the register are the options; need is the question for them.
func (o OptionsFrom) Rows() (need Need, rows bool) {
	return Need{Kind: NeedOptions, List: o.Register}, o.Of == "" && o.List == ""
}

// Variant is what a row of a table has in addition when its VariantBy column holds When.
type Variant struct {
	When   string  `json:"when"`
	Fields []Field `json:"fields"`
}

// Rule is a rule across fields: when When holds (or is empty), Then must hold as well, else Message is shown at Fields.
// A rule that touches an unanswered number or date is not judged; Required asks for the answer. With Rows it holds only
// where rows of a table meet a condition, and {rows} in Message names these rows.
type Rule struct {
	Key     string   `json:"key"`
	When    string   `json:"when,omitempty"`
	Rows    *RowsIf  `json:"rows,omitempty"`
	Then    string   `json:"then,omitempty"` // needed unless Rows says where its faults stand
	Message Text     `json:"message"`
	Fields  []string `json:"fields"` // top-level fields; the first is where the message stands
}

// RowsIf are the rows of a table that meet a condition over their columns.
type RowsIf struct {
	Table string `json:"table"`
	If    string `json:"if"`
	// At is the column at which the message stands in each of those rows ("period"), or a part of its value
	// ("period.to"). Without it one message stands at the first of the rule's fields.
	At string `json:"at,omitempty"`
}

// Limit is a bound of a value in the value's own writing. In JSON it may be a string or a number.
type Limit string

// Encode gives the schema as JSON that ParseSchema reads back; equal schemas give equal bytes.
func (s Schema) Encode() ([]byte, error) { return json.Marshal(s) }
