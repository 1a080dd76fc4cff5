package catalog

import (
	"fmt"

	"github.com/ismskit/ismskit/forms"
)

// agency is data/demo/agency.json; data/demo/README.md says what it means. What
// is kept for readers of the file only is read and not used.
type agency struct {
	Key                 string                `json:"key"`
	Version             string                `json:"version"`
	Title               forms.Text            `json:"title"`
	Parameters          map[string]forms.Text `json:"parameters"`
	TimeZone            string                `json:"time_zone"`
	ResponsibilityLevel string                `json:"responsibility_level"`
	WrittenFor          string                `json:"written_for"`
	Classes             []named               `json:"classes"`
	Ways                []named               `json:"ways"`

	Units      []unitRow      `json:"units"`
	Posts      []postRow      `json:"posts"`
	People     []personRow    `json:"people"`
	Groups     []groupRow     `json:"groups"`
	Offices    []officeRow    `json:"offices"`
	Externals  []externalRow  `json:"externals"`
	Deputies   []deputyRow    `json:"deputies"`
	Modules    []moduleRow    `json:"modules"`
	Systems    []systemRow    `json:"systems"`
	Services   []serviceRow   `json:"services"`
	Grants     []grantRow     `json:"grants"`
	Templates  []templateRow  `json:"templates"`
	Documents  []documentRow  `json:"documents"`
	Retention  []retentionRow `json:"retention"`
	Categories []categoryRow  `json:"categories"`
	Logins     []loginRow     `json:"logins"`
	Stories    []story        `json:"stories"`
	History    []story        `json:"history"`
}

type named struct {
	Key  string     `json:"key"`
	Name forms.Text `json:"name"`
}

type unitRow struct {
	ID         string     `json:"id"`
	Name       forms.Text `json:"name"`
	Short      forms.Text `json:"short"`
	Kind       string     `json:"kind"`
	Parent     string     `json:"parent"`
	Head       string     `json:"head"`
	Fallback   string     `json:"fallback_unit"`
	From       moment     `json:"from"`
	To         moment     `json:"to"`
	Successors []string   `json:"successors"`
	Basis      string     `json:"basis"`
	Note       string     `json:"note"`
}

type postRow struct {
	ID         string     `json:"id"`
	Title      forms.Text `json:"title"`
	Unit       string     `json:"unit"`
	Holders    []string   `json:"holders"`
	Head       bool       `json:"head"`
	Superior   string     `json:"superior"`
	Concurrent bool       `json:"concurrent"`
	From       moment     `json:"from"`
	To         moment     `json:"to"`
}

type personRow struct {
	ID       string     `json:"id"`
	Login    string     `json:"login"`
	Name     forms.Text `json:"name"`
	Post     string     `json:"post"`
	Unit     string     `json:"unit"`
	Email    string     `json:"email"`
	Note     string     `json:"note"`
	ActiveTo moment     `json:"active_to"`
}

type groupRow struct {
	ID        string     `json:"id"`
	Name      forms.Text `json:"name"`
	Lead      string     `json:"lead"`
	Secretary string     `json:"secretary"`
	Members   []string   `json:"members"`
}

type officeRow struct {
	ID        string     `json:"id"`
	Name      forms.Text `json:"name"`
	Short     forms.Text `json:"short"`
	Kind      string     `json:"kind"`
	Contact   string     `json:"contact"`
	EnteredBy string     `json:"entered_by"`
	Ways      []string   `json:"ways"`
	Note      string     `json:"note"`
}

type externalRow struct {
	ID          string     `json:"id"`
	Name        forms.Text `json:"name"`
	Org         string     `json:"org"`
	OrgName     forms.Text `json:"org_name"`
	Kind        string     `json:"kind"`
	Account     bool       `json:"account"`
	Responsible string     `json:"responsible"`
	Email       string     `json:"email"`
	Note        string     `json:"note"`
	// Access is for the feature that lets an auditor read for some days.
	Access *struct {
		From      moment   `json:"from"`
		To        moment   `json:"to"`
		ReadOnly  bool     `json:"read_only"`
		Documents []string `json:"documents"`
	} `json:"access"`
}

type deputyRow struct {
	ID        string     `json:"id"`
	Principal string     `json:"principal"`
	Ordered   []string   `json:"ordered"`
	From      moment     `json:"from"`
	To        moment     `json:"to"`
	Reason    forms.Text `json:"reason"`
	Scope     struct {
		All      bool       `json:"all"`
		OwnWork  bool       `json:"own_work"`
		Text     forms.Text `json:"text"`
		Systems  []string   `json:"systems"`
		Forms    []string   `json:"forms"`
		Modules  []string   `json:"modules"`
		Roles    []string   `json:"roles"`
		VerbsNot []string   `json:"verbs_not"`
	} `json:"scope"`
	Conflict *struct {
		When       string     `json:"when"`
		Text       forms.Text `json:"text"`
		ThenUnit   string     `json:"then_unit"`
		ThenPerson string     `json:"then_person"`
	} `json:"conflict"`
	SetBy string `json:"set_by"`
	SetAt moment `json:"set_at"`
	Note  string `json:"note"`
}

type moduleRow struct {
	Key   string     `json:"key"`
	Name  forms.Text `json:"name"`
	Note  string     `json:"note"`
	Roles []struct {
		Key     string     `json:"key"`
		Title   forms.Text `json:"title"`
		Members []string   `json:"members"`
		Units   []string   `json:"units"`
		// ManagedBy are the roles, as "module/role", whose people set its members.
		ManagedBy []string `json:"managed_by"`
	} `json:"roles"`
}

type systemRow struct {
	ID           string     `json:"id"`
	Name         forms.Text `json:"name"`
	Kind         forms.Text `json:"kind"`
	Core         bool       `json:"core"`
	Owner        string     `json:"owner"`
	Admins       []string   `json:"admins"`
	BackupAdmins []string   `json:"backup_admins"`
	Outside      string     `json:"outside"`
	Handling     string     `json:"handling"`
	Unit         string     `json:"unit"`
	Note         string     `json:"note"`
	Items        []itemRow  `json:"items"`
}

type itemRow struct {
	Key            string     `json:"key"`
	Label          forms.Text `json:"label"`
	Note           forms.Text `json:"note"`
	Privileged     bool       `json:"privileged"`
	Units          []string   `json:"units"`
	PeriodRequired bool       `json:"period_required"`
	Longest        string     `json:"longest"`
	ExternalsOnly  bool       `json:"externals_only"`
	StaffOnly      bool       `json:"staff_only"`
	CompanionForm  string     `json:"companion_form"`
}

type serviceRow struct {
	ID      string     `json:"id"`
	Name    forms.Text `json:"name"`
	Handler string     `json:"handler"`
	Outside string     `json:"outside"`
	Rule    forms.Text `json:"rule"`
	Params  []struct {
		Key   string     `json:"key"`
		Label forms.Text `json:"label"`
	} `json:"params"`
}

// userOf is whom an account is for: one of the four.
type userOf struct {
	Person   string `json:"person"`
	External string `json:"external"`
	Unknown  string `json:"unknown"`
	Expected *struct {
		Name forms.Text `json:"name"`
		Date moment     `json:"date"`
	} `json:"expected"`
}

// span is a period of use. Until stands in a grant, To in a request, Months in a
// template.
type span struct {
	From    moment `json:"from"`
	To      moment `json:"to"`
	NoLimit bool   `json:"no_limit"`
	Reason  string `json:"reason"`
	Months  int64  `json:"months"`
}

type grantRow struct {
	ID          string   `json:"id"`
	System      string   `json:"system"`
	Items       []string `json:"items"`
	User        userOf   `json:"user"`
	Account     string   `json:"account"`
	Responsible string   `json:"responsible"`
	Applicant   string   `json:"applicant"`
	From        moment   `json:"from"`
	Until       ending   `json:"until"`
	State       string   `json:"state"`
	Purpose     string   `json:"purpose"`
	Note        string   `json:"note"`
	Script      []step   `json:"script"`
}

// ending is the last day of a grant, or why it has none.
type ending struct {
	moment
	NoLimit bool
	Reason  string
}

// UnmarshalJSON reads a moment, or {"no_limit":true,"reason":…}.
func (e *ending) UnmarshalJSON(b []byte) error {
	var open struct {
		NoLimit bool   `json:"no_limit"`
		Reason  string `json:"reason"`
	}
	if err := strictly(b, &open); err == nil && open.NoLimit {
		e.NoLimit, e.Reason = true, open.Reason
		return nil
	}
	return e.moment.UnmarshalJSON(b)
}

type templateRow struct {
	ID    string     `json:"id"`
	Name  forms.Text `json:"name"`
	Hint  forms.Text `json:"hint"`
	For   string     `json:"for"`
	Units []string   `json:"units"`
	Rows  []struct {
		System  string   `json:"system"`
		Items   []string `json:"items"`
		Purpose string   `json:"purpose"`
		Period  span     `json:"period"`
	} `json:"rows"`
}

type documentRow struct {
	Number        string     `json:"number"`
	FormerNumbers []string   `json:"former_numbers"`
	Title         forms.Text `json:"title"`
	Level         int        `json:"level"`
	Version       string     `json:"version"`
	Issued        string     `json:"issued"`
	Class         string     `json:"class"`
	Owner         string     `json:"owner"`
	Parent        string     `json:"parent"`
	State         string     `json:"state"`
	NextReview    string     `json:"next_review"`
	Retired       string     `json:"retired"`
	MergedInto    string     `json:"merged_into"`
	Way           string     `json:"way"`
	Type          string     `json:"type"`
	Flag          string     `json:"flag"`
	File          string     `json:"file"`
	Note          string     `json:"note"`
	Approval      struct {
		Way    string `json:"way"`
		Number string `json:"number"`
	} `json:"approval"`
	Earlier []struct { // versions before, oldest first, as far as the list has them
		Version string `json:"version"`
		Issued  string `json:"issued"`
	} `json:"earlier"`
}

// retentionRow is how long records of a kind are kept.
type retentionRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Applies string `json:"applies"`
	FormNo  string `json:"form_no"`
	Device  string `json:"device"`
	LogName string `json:"log_name"`
	Keep    string `json:"keep"`
	N       int64  `json:"n"`
	Basis   string `json:"basis"`
}

type categoryRow struct {
	ID        string       `json:"id"`
	Name      forms.Text   `json:"name"`
	Parent    string       `json:"parent"`
	PerSystem bool         `json:"per_system"`
	Maintain  permittedRow `json:"maintain"`
	Read      permittedRow `json:"read"`
	Note      string       `json:"note"`
}

type permittedRow struct {
	Roles  []string `json:"roles"`
	People []string `json:"people"`
	Groups []string `json:"groups"`
	Units  []string `json:"units"`
}

type loginRow struct {
	Person string     `json:"person"`
	Role   forms.Text `json:"role"`
	Look   forms.Text `json:"look"`
}

func readAgency() (agency, error) {
	b, err := files.ReadFile("data/demo/agency.json")
	if err != nil {
		return agency{}, err
	}
	var a agency
	if err := strictly(b, &a); err != nil {
		return agency{}, fmt.Errorf("catalog: agency.json: %w", err)
	}
	return a, nil
}
