"""What each page of the desk does. One module for each place of the desk."""
