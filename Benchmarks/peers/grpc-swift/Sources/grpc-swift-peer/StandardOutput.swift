@preconcurrency import Glibc

func flushStandardOutput() {
    fflush(stdout)
}
