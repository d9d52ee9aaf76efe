"""What an officer works with all day: the queue, a case's desk, services and workload."""
