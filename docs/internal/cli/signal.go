package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/workshop/docs/internal/proc"
)

func (a App) signal() *cobra.Command {
	signals := map[string]func(pid int) error{
		"kill": proc.KillPID, "stop": proc.StopPID, "freeze": proc.FreezePID, "thaw": proc.ThawPID,
	}
	return &cobra.Command{
		Use:   "signal kill|stop|freeze|thaw PID",
		Short: "Kill, stop, freeze or thaw a process, on every operating system",
		Long: `Sends a process, such as a server whose log names its pid, what the experiments
ask for: kill ends it at once, as a crash does; stop asks it to end, as Ctrl-C
does; freeze halts it, with its connections open, until thaw lets it go on.
Windows cannot freeze a process.`,
		Example: examples("signal kill 4711", "signal freeze 4711"),
		Args:    arguments(2, 2, "what to do, and the pid of a process"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return slices.Sorted(maps.Keys(signals)), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			send, ok := signals[args[0]]
			if !ok {
				return usagef("signal %q is none of kill, stop, freeze and thaw", args[0])
			}
			pid, err := strconv.Atoi(args[1])
			if err != nil {
				return usagef("%q is not a process id; a server prints its own as pid=…", args[1])
			}
			if pid <= 1 || pid == os.Getpid() {
				return usagef("%d is not a process of yours; a server prints its own id as pid=…", pid)
			}
			err = send(pid)
			if errors.Is(err, os.ErrProcessDone) {
				return fmt.Errorf("there is no process %d", pid)
			}
			if err != nil {
				return fmt.Errorf("%s %d: %w", args[0], pid, err)
			}
			past := map[string]string{"kill": "killed", "stop": "asked to stop", "freeze": "frozen", "thaw": "thawed"}
			_, err = fmt.Fprintf(a.Stdout, "%d is %s\n", pid, past[args[0]])
			return err
		},
	}
}
