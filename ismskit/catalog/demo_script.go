package catalog

import "github.com/ismskit/ismskit/forms"

// story is one request on its way, or a closed one of the past.
type story struct {
	Key       string     `json:"key"`
	Type      string     `json:"type"`
	Number    string     `json:"number"`
	Year      int        `json:"year"`
	Applicant string     `json:"applicant"`
	Unit      string     `json:"unit"`
	Shows     forms.Text `json:"shows"`
	Outcome   string     `json:"outcome"`
	Values    struct {
		Subject string    `json:"subject"`
		Op      string    `json:"op"`
		Reason  string    `json:"reason"`
		Grant   string    `json:"grant"`
		NDA     *bool     `json:"nda"`
		Lines   []lineRow `json:"lines"`
	} `json:"values"`
	Script []step   `json:"script"`
	Expect expected `json:"expect"`
}

func (s story) name() string {
	if s.Key != "" {
		return s.Key
	}
	return s.Number
}

type lineRow struct {
	System      string   `json:"system"`
	Items       []string `json:"items"`
	Purpose     string   `json:"purpose"`
	User        userOf   `json:"user"`
	Account     string   `json:"account"`
	Responsible string   `json:"responsible"`
	Period      *span    `json:"period"`
}

// step is one line of a script.
type step struct {
	WD            *int   `json:"wd"`
	Date          string `json:"date"`
	Time          string `json:"time"`
	By            string `json:"by"`
	For           string `json:"for"`
	Verb          string `json:"verb"`
	Step          string `json:"step"`
	Row           int    `json:"row"`
	Result        string `json:"result"`
	To            string `json:"to"`
	Comment       string `json:"comment"`
	OutsideNumber string `json:"outside_number"`
	Outside       *struct {
		Office   string `json:"office"`
		Contact  string `json:"contact"`
		Way      string `json:"way"`
		Number   string `json:"number"`
		Expected moment `json:"expected"`
	} `json:"outside"`
}

func (s step) moment() moment { return moment{workdays: s.WD, fixed: s.Date, clock: s.Time} }

// expected says where a story stands when all is loaded.
type expected struct {
	Phase    string   `json:"phase"`
	DoneRows int      `json:"done_rows"`
	Rows     int      `json:"rows"`
	Missing  []string `json:"missing"`
	Open     []struct {
		Step       string   `json:"step"`
		Row        int      `json:"row"`
		Holder     string   `json:"holder"`
		Acting     []string `json:"acting"`
		Due        moment   `json:"due"`
		WaitingFor string   `json:"waiting_for"`
	} `json:"open"`
}
