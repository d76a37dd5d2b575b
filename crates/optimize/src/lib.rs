//! What is the best plan, and how good can any plan be.
