package exercise

// Status is how far a step or a function is.
type Status string

// The states of a step, and of a function. A function is solved when all tests of its
// step pass with it, while the stage's own functions replace what is still blank, and
// those of other steps that fail its tests or do not compile.
const (
	Solved  Status = "solved"
	Red     Status = "red"     // its tests fail
	Blank   Status = "blank"   // not written yet
	Begun   Status = "begun"   // written in part: somewhere it panics with what is missing
	Written Status = "written" // in a step that is red or has not been run
	Gone    Status = "gone"    // not in the copy any more
	Waits   Status = "waits"   // of a step: nothing of its own fails, but something of another step
	NotRun  Status = "not run"
)

// Report is how far a participant is in a stage.
type Report struct {
	Stage  int      `json:"stage"`
	Idea   string   `json:"idea"`
	Folder string   `json:"folder"` // the copy, from the repository
	Solved int      `json:"solved"` // functions
	Total  int      `json:"total"`  // functions that the copy asks for
	Steps  []Result `json:"steps"`
	Limits *Result  `json:"limits,omitempty"` // the tests of the stage's limits; run last, when every step is solved
	// Since names what the stage has changed since the copy was made.
	Since []string `json:"since,omitempty"`
	Note  string   `json:"note,omitempty"`
	Next  string   `json:"next"` // what to do next, in one line
}

// Result is how far a step is.
type Result struct {
	Step      int        `json:"step"`
	Title     string     `json:"title"`
	Role      string     `json:"role"`
	Chapter   string     `json:"chapter,omitempty"` // its file, from the repository
	Section   string     `json:"section,omitempty"` // the heading of the chapter under which its first function is asked for
	Status    Status     `json:"status"`
	Functions []Function `json:"functions,omitempty"`
	Failure   *Failure   `json:"failure,omitempty"`
	Cached    bool       `json:"cached,omitempty"` // it passed before, and nothing that it depends on has changed
	Seconds   float64    `json:"seconds"`
}

// Function is how far a function is.
type Function struct {
	Name   string `json:"name"`
	File   string `json:"file"` // from the repository
	Line   int    `json:"line,omitempty"`
	Status Status `json:"status"`
}

// hasText reports whether something was written in the function, finished or not, whose
// result is not known yet.
func (f Function) hasText() bool { return f.Status == Written || f.Status == Begun }

// Failure says why a step is not solved.
type Failure struct {
	Kind    string   `json:"kind"`           // blank, begun, test, panic, time, compile
	Test    string   `json:"test,omitempty"` // the first that failed
	Place   string   `json:"place,omitempty"`
	Message []string `json:"message"`
	Command string   `json:"command,omitempty"` // runs that test alone
	// Blame is a function of another step that fails the test by itself, or does not compile.
	Blame *Function `json:"blame,omitempty"`

	files []string // of the copy, those that do not compile
}
