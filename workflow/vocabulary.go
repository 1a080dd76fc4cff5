package workflow

// Vocabulary is what a flow may talk about: the form's fields, conditions over
// them, roles, deadlines, types. The caller fills it from its own parts.
type Vocabulary interface {
	// Field describes a form field by path ("reason", "lines", "lines.system").
	Field(path string) (FieldInfo, bool)
	// Condition says whether a condition compiles; its error is shown as it is.
	Condition(src string) error
	// Role says whether a role of a module ("" for none) exists.
	Role(module, role string) bool
	// Deadline says whether a term can be counted, e.g. that there is a calendar.
	Deadline(term string) error
	// ChildType says whether a type for child cases exists.
	ChildType(key string) bool
}

// FieldInfo is what Compile needs to know of a form field.
type FieldInfo struct {
	Type   string // the form's own word; "integer" and "boolean" sharpen the check of branches
	Table  bool   // its rows can be split
	Person bool   // holds a person
	Unit   bool   // holds a unit
	Ref    bool   // refers to a register row
	Label  Text   // what people call it
	// Options are the values a choice can have; nil when it is not a choice or
	// its options are only known later.
	Options []string
}

// Facts are the values of one case. They are asked during one action only.
type Facts interface {
	// Holds evaluates a condition that Vocabulary.Condition accepted. An error
	// means that it can't be said (yet).
	Holds(condition string) (bool, error)
	// Rows returns the ids of a table's rows, in order.
	Rows(field string) ([]string, error)
	// People returns who is named in a person field, by the ids that Signer.Person
	// has; nobody who is not in the directory.
	People(field string) []string
}
