package workflow

// Limits of a definition. Compile and ParseFlow refuse what is larger.
const (
	MaxBytes = 1 << 20 // of a flow written as JSON
	MaxDepth = 16      // of nodes within nodes
	MaxNodes = 500     // in one flow
	MaxPass  = 100     // passes of one repeat
	// MaxPeople is how many people one action may name.
	MaxPeople = 50
)

// Applicant stands for the person who sent the case wherever a step id could
// stand too: in ReturnTo, NotSameAs and Who.Of.
const Applicant = "applicant"

// Flow is a whole flow as data. It is immutable once published: a running case
// keeps the version it began with, until somebody moves it to another (Adopt).
type Flow struct {
	Key     string `json:"key"`
	Version string `json:"version"`
	// Child marks the flow of a child case, one row of its parent's table. Only
	// there may a handler end the case by "unable".
	Child bool `json:"child,omitempty"`
	// Unsigned: nobody signs. What is sent is filed at once (登錄即歸檔), and Root is empty.
	Unsigned bool `json:"unsigned,omitempty"`
	// Withdraw says how long the applicant may withdraw (撤案).
	Withdraw Withdrawal `json:"withdraw,omitempty"`
	// TakeBack is how long a signer may take back what he did (取回), until the next
	// one acts. "" means 5wd, TakeBackNever never.
	TakeBack string `json:"take_back,omitempty"`
	// Separate lists groups of steps, and Applicant, in which nobody acts twice
	// (separation of duties over the whole case). It adds to each step's NotSameAs.
	Separate [][]string `json:"separate,omitempty"`
	// Registry is the desk (登記桌) that a declined task goes to, to be assigned
	// anew. Without one nobody may decline what came to him by name.
	Registry []Who `json:"registry,omitempty"`
	// Officers may assign tasks anew, stop the clock, and declare the case void,
	// beside the superior of whoever holds a task.
	Officers []Who `json:"officers,omitempty"`
	// Choose lists steps whose people the applicant names when he sends the case.
	Choose []Pick `json:"choose,omitempty"`
	Root   Node   `json:"root"`
}

// TakeBackNever is the Flow.TakeBack of what nobody may take back.
const TakeBackNever = "0wd"

// Pick is a later step whose people somebody chooses: the step finds them by
// WhoChosen.
type Pick struct {
	Step string `json:"step"`
	// From are those one may choose among; empty means everybody in the house.
	From []Who `json:"from,omitempty"`
	Max  int   `json:"max,omitempty"` // at most so many; 0 means MaxPeople
}

// Withdrawal says how long an applicant may withdraw a case.
type Withdrawal string

// The zero value is WithdrawAlways.
const (
	WithdrawAlways    Withdrawal = "always"    // until the case ends
	WithdrawUndecided Withdrawal = "undecided" // until the first decision of the round
	WithdrawNever     Withdrawal = "never"     // once sent, it runs
)

// Node is one place of the tree. Exactly one member is set.
type Node struct {
	Sequence []Node    `json:"sequence,omitzero"`
	Parallel *Parallel `json:"parallel,omitempty"`
	Choice   *Choice   `json:"choice,omitempty"`
	Split    *Split    `json:"split,omitempty"`
	Repeat   *Repeat   `json:"repeat,omitempty"`
	Step     *Step     `json:"step,omitempty"`
}

// Parallel runs its branches at the same time (並會).
type Parallel struct {
	ID       string `json:"id"`
	Name     Text   `json:"name,omitempty"`
	Branches []Node `json:"branches"`
	Join     Join   `json:"join,omitzero"`
}

// Join says when a parallel or a split is over. The zero value means all. What
// is still open when a smaller number is reached is closed as not needed.
type Join struct {
	Kind Count `json:"kind,omitempty"` // all, any, n
	N    int   `json:"n,omitempty"`    // for n
}

// Choice takes the first case whose condition holds, once, when it is reached.
// Without Else, a choice in which nothing holds is passed by.
type Choice struct {
	ID    string `json:"id"`
	Cases []Case `json:"cases"`
	Else  *Node  `json:"else,omitempty"`
}

// Case is one branch of a Choice.
type Case struct {
	When string `json:"when"` // a condition over the form's values
	Then Node   `json:"then"`
	// Because is shown on the route beside the branch: 「重大變更須經執行秘書核准」.
	Because Text `json:"because,omitempty"`
}

// Split opens a child case for each row of a table and waits for them.
type Split struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
	Over string `json:"over"` // a table field
	Type string `json:"type"` // the child cases' type
	Join Join   `json:"join,omitzero"`
}

// Repeat runs its body until a condition holds after a pass (test, mend, test
// again).
type Repeat struct {
	ID    string `json:"id"`
	Body  Node   `json:"body"`
	Until string `json:"until"`
	Max   int    `json:"max"` // passes, at most MaxPass
	// AtMax says what follows when the condition still does not hold.
	AtMax AtMax `json:"at_max,omitempty"`
}

// AtMax says what follows the last pass of a Repeat that did not succeed.
type AtMax string

// The zero value is AtMaxReturn: a gate is never passed by failing often enough.
const (
	AtMaxReturn   AtMax = "return"   // back to the applicant, to begin anew
	AtMaxReject   AtMax = "reject"   // the case ends as rejected
	AtMaxContinue AtMax = "continue" // the flow goes on
)
