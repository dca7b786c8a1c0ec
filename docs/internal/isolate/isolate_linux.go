package isolate

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// inside marks the copy of the program that becomes the command. The other two name a
// folder that it finds in another's place.
const (
	inside = "WORKSHOP_ISOLATED"
	folder = "WORKSHOP_ISOLATED_FOLDER"
	place  = "WORKSHOP_ISOLATED_PLACE"
)

// Main becomes the command if it is called inside, and does nothing otherwise.
func Main() {
	if os.Getenv(inside) == "" {
		return
	}
	os.Unsetenv(inside)
	if err := become(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "isolate:", err)
		os.Exit(127)
	}
}

func become(args []string) error {
	if err := loopback(); err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	// Without a /proc of its own, the numbers there are those of outside.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	if err := put(); err != nil {
		return err
	}
	path, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	return syscall.Exec(path, args, os.Environ())
}

// put mounts the folder named by Put, if it was called, in the other's place. Then it
// returns to its working folder, which may be in that place.
func put() error {
	dir, at := os.Getenv(folder), os.Getenv(place)
	if dir == "" {
		return nil
	}
	os.Unsetenv(folder)
	os.Unsetenv(place)
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := unix.Mount(dir, at, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount %s: %w", at, err)
	}
	return os.Chdir(here)
}

// loopback brings up the one interface that there is.
func loopback() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
}

// Command is a command that runs isolated. When it or the program that waits for it ends,
// everything that it has started ends too.
func Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", append([]string{name}, args...)...)
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
		Setpgid:    true,
	}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

// Put makes a Command, and no other process, find a folder in another's place.
func Put(cmd *exec.Cmd, dir, at string) { cmd.Env = append(cmd.Env, folder+"="+dir, place+"="+at) }

// Available returns why Command does not work here, or nil.
func Available() error {
	out, err := Command("true").CombinedOutput()
	if err != nil {
		return fmt.Errorf("this machine isolates no command: %w %s", err, out)
	}
	return nil
}
