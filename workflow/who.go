package workflow

// WhoKind is a way to find people.
type WhoKind string

// The ways to find people, with the members of Who that each uses.
const (
	WhoPerson       WhoKind = "person"        // IDs
	WhoPost         WhoKind = "post"          // IDs: whoever holds these posts
	WhoRole         WhoKind = "role"          // Role, Module
	WhoRegisterRole WhoKind = "register_role" // Register, Field, Role: the role of the row's system
	WhoApplicant    WhoKind = "applicant"
	WhoField        WhoKind = "field"      // Field: a form field that holds a person
	WhoUnitHead     WhoKind = "unit_head"  // Of
	WhoManagerOf    WhoKind = "manager_of" // Of
	WhoLevelsUp     WhoKind = "levels_up"  // Of, N
	WhoSameAs       WhoKind = "same_as"    // Step: whoever acted there
	WhoChosen       WhoKind = "chosen"     // by the applicant or an earlier signer (Choose)
	// WhoAbove is the post above those whom the ways before it find and who may not
	// act: a fallback, never the first way. N levels up, 0 is one.
	WhoAbove WhoKind = "above"
	// WhoParentAgency is, in an agency of its own, who decides in its place in the
	// agency above: whoever has Role there, without one the head of the unit named for
	// it.
	WhoParentAgency WhoKind = "parent_agency" // Role, Module
)

// Who is one way to find the people of a step.
type Who struct {
	Kind     WhoKind  `json:"kind"`
	IDs      []string `json:"ids,omitempty"`
	Role     string   `json:"role,omitempty"`     // a role; for register_role the row's field that holds it
	Module   string   `json:"module,omitempty"`   // the module a role belongs to
	Register string   `json:"register,omitempty"` // e.g. "systems"
	Field    string   `json:"field,omitempty"`    // form field path, "lines.system"
	// Of is Applicant (also when empty) or a form field that holds a person or a
	// unit.
	Of   string `json:"of,omitempty"`
	N    int    `json:"n,omitempty"`    // levels up, from 1
	Step string `json:"step,omitempty"` // for same_as
	// Apart: only where ways before it find somebody, and the separation of duties leaves
	// none of them. Where they find nobody at all it is not tried: whoever should be there
	// is missing, and that is to be seen. Never the first way.
	Apart bool `json:"apart,omitempty"`
	// Because is shown with the task: 「您是『公文系統』的權限管理人員」.
	Because Text `json:"because,omitempty"`
}

// named is how many people this way can find at most, 0 if that is open.
func (w Who) named() int {
	switch w.Kind {
	case WhoPerson, WhoPost:
		return len(w.IDs)
	case WhoApplicant, WhoUnitHead, WhoManagerOf, WhoLevelsUp:
		return 1
	}
	return 0
}
