/* The end of a process that may have left threads behind, which wait for others (names, connections, tickets).
 *
 * exit(3) runs the destructors of all libraries while those threads may be inside them: a crash at the end of a program
 * that has done its work. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

/* Ends the process as a return from main would; while other threads are running, or when that cannot be found out, without
 * the destructors of libraries and what was registered with atexit(3).  Standard output and error are flushed in any
 * case. */
_Noreturn void process_end(int status);

#endif
