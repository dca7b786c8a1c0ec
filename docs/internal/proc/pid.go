package proc

// KillPID ends a process that somebody else has started, at once (SIGKILL). Like
// the functions below it reaches that process alone, and returns
// os.ErrProcessDone if there is none.
func KillPID(pid int) error { return sendPID(pid, sigKill) }

// StopPID asks it to stop, as Ctrl-C does (SIGINT; on Windows, Ctrl-Break, which
// reaches only a process that was started in a group of its own).
func StopPID(pid int) error { return sendPID(pid, sigInt) }

// FreezePID halts it until ThawPID (SIGSTOP). Where the operating system cannot
// do that it returns ErrUnsupported.
func FreezePID(pid int) error { return sendPID(pid, sigStop) }

// ThawPID lets a frozen process go on (SIGCONT).
func ThawPID(pid int) error { return sendPID(pid, sigCont) }
